import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a process of its own, with nothing of this process's settings. */
export function runCommand(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise(resolve => {
    const env = { PATH: process.env.PATH ?? '', ...environment };
    execFile(process.execPath, [main, ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}
