import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const Manifest = z.object({ version: z.string() });
let known: string | undefined;

/** Version of this program, from its package.json, which stands above both the sources and the built files. */
export function programVersion(): string {
  if (known === undefined) {
    let folder = import.meta.dirname;
    while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
    known = Manifest.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))).version;
  }
  return known;
}
