import { mkdirSync, writeFileSync } from 'node:fs';
import { productionBom } from './packages/sbom.ts';

/** Writes dist/sbom.cdx.json. */
const root = new URL('../', import.meta.url);
mkdirSync(new URL('dist/', root), { recursive: true });
writeFileSync(new URL('dist/sbom.cdx.json', root), productionBom(root));
