import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../support/start-node.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface GatewayProcess {
  readonly url: string;
  /** Comes back when it takes calls. */
  start(): Promise<void>;
  /** SIGTERM; answers its exit code. */
  stop(): Promise<number | null>;
  kill(): void;
}

/** A gateway as a process of its own, with nothing of this process's settings. */
export function gatewayProcess(environment: Readonly<Record<string, string>>): GatewayProcess {
  const url = `http://127.0.0.1:${environment.TOLLGATE_PORT}`;
  let child: ChildProcess | null = null;
  let output = '';
  return {
    url,
    start: async () => {
      const env = { PATH: process.env.PATH ?? '', ...environment };
      const started = spawn(process.execPath, [main, 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      const hear = (text: Buffer) => {
        output += text.toString();
      };
      started.stdout.on('data', hear);
      started.stderr.on('data', hear);
      await until(
        async () => {
          if (started.exitCode !== null) throw new Error(`the gateway did not start: ${output}`);
          return (await fetch(`${url}/readyz`).catch(() => null))?.status ?? 0;
        },
        status => status === 200,
      );
    },
    stop: async () => {
      if (child === null || child.exitCode !== null) return null;
      const ended = once(child, 'exit') as Promise<[number | null]>;
      child.kill('SIGTERM');
      return (await ended)[0];
    },
    kill: () => void child?.kill('SIGKILL'),
  };
}
