import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd?: string;
}

/**
 * PostgreSQL's programs get no variable of ours: the environment of the gateway holds provider keys, and a database
 * process shows its environment to everyone of the same user.
 */
export const bareEnvironment: NodeJS.ProcessEnv = Object.freeze({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
});

/** Runs a program to its end and answers its output; rejects with what it wrote to stderr. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, env: bareEnvironment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${signal ?? code}: ${complaint.trim().slice(-2_000)}`));
    });
  });
}
