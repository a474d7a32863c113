import type { Environment } from '../config.ts';

/** What a command has to do with: its environment, and where it may write. */
export interface Terminal {
  readonly environment: Environment;
  /** Results, as they are asked for. */
  readonly print: (text: string) => void;
  /** Everything said about them. */
  readonly note: (text: string) => void;
  /** A person reads what is printed. */
  readonly isPerson: boolean;
}

export function processTerminal(): Terminal {
  // A reader that has seen enough (`| head`) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    environment: process.env,
    print: text => void process.stdout.write(`${text}\n`),
    note: text => void process.stderr.write(`${text}\n`),
    isPerson: process.stdout.isTTY === true,
  };
}

/** For an archive on standard output. Unlike a person's pager its reader has to take all of it: a write that fails throws. */
export function rawOutput(): (bytes: Buffer) => Promise<void> {
  process.stdout.removeAllListeners('error').on('error', () => {}); // the write itself is told
  return bytes =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, error => (error ? reject(error) : resolve()));
    });
}
