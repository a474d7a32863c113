import { writeFileSync } from 'node:fs';
import { thirdPartyPage, unexpectedLicences } from './packages/licences.ts';
import { productionPackages, readLock } from './packages/lockfile.ts';

/** Writes THIRD-PARTY.md; exits with 1 when a licence is not allowed. */
const root = new URL('../', import.meta.url);
const packages = productionPackages(readLock(root));
writeFileSync(new URL('THIRD-PARTY.md', root), thirdPartyPage(packages));
const unexpected = unexpectedLicences(packages);
for (const line of unexpected) process.stderr.write(`not allowed: ${line}\n`);
process.exitCode = unexpected.length > 0 ? 1 : 0;
