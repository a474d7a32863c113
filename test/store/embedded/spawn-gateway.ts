import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const connection = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  password: z.string(),
  database: z.string(),
});
const Hello = z.union([z.object({ connection: connection.nullable() }), z.object({ error: z.string() })]);

export interface SpawnedGateway {
  readonly process: ChildProcess;
  readonly hello: z.infer<typeof Hello>;
  /** Comes back when the process is gone. */
  kill(): Promise<void>;
  /** Lets it call process.exit by itself. */
  exit(): Promise<void>;
}

/** Starts the neighbouring gateway.ts and waits until it runs or says why it does not. */
export async function spawnGateway(dataDir: string, what: 'embedded' | 'lock'): Promise<SpawnedGateway> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'gateway.ts'), dataDir, what], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const [line]: string[] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    process: child,
    hello: Hello.parse(JSON.parse(line ?? '')),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async exit() {
      child.stdin.write('exit\n');
      await gone;
    },
  };
}
