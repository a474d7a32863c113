import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Inputs that once broke something, a folder for each target, each under the hash of its bytes. */
export const corpusFolder = join(import.meta.dirname, '..', 'corpus');

export function savedInputs(target: string, folder = corpusFolder): readonly Buffer[] {
  const own = join(folder, target);
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .sort()
    .map(name => readFileSync(join(own, name)));
}

/** The file it went to. */
export function saveInput(target: string, input: Buffer, folder = corpusFolder): string {
  const own = join(folder, target);
  mkdirSync(own, { recursive: true });
  const file = join(own, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(file, input);
  return file;
}
