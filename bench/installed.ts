import { execFileSync } from 'node:child_process';
import { searchPath } from './places.ts';

/** Null when the program can be started, else a sentence that says that it cannot. */
export function unlessInstalled(program: string): string | null {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { env: { PATH: searchPath } });
    return null;
  } catch {
    return `${program} is not installed`;
  }
}
