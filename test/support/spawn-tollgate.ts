import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { testKey } from './tollgate.ts';

export interface SpawnedTollgate {
  readonly process: ChildProcess;
  readonly folder: string;
  readonly database: TestDatabase;
  readonly url: string;
  /** Everything it wrote to stdout and stderr. */
  readonly said: () => string;
  chat(body: object): Promise<Response>;
  /** Comes with the exit code once the process is gone. */
  readonly ended: Promise<number | null>;
  /** Ends it where it still runs, and removes what it had. */
  remove(): Promise<void>;
}

const PATIENCE_MILLIS = 30_000;

/** `bin/tollgate start` as an operator runs it, on a database and in a folder of its own. */
export async function spawnTollgate(
  yaml: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<SpawnedTollgate> {
  const database = await openTestDatabase();
  const folder = mkdtempSync(path.join(tmpdir(), 'tollgate-process-'));
  writeFileSync(path.join(folder, 'tollgate.yaml'), yaml);
  const port = await freePort();
  const program = path.join(import.meta.dirname, '../../bin/tollgate');
  const child = spawn(program, ['start'], {
    cwd: folder,
    env: {
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
      TOLLGATE_DATA_DIR: path.join(folder, 'data'),
      TOLLGATE_HOST: '127.0.0.1',
      TOLLGATE_PORT: String(port),
      TOLLGATE_ADMIN_PORT: String(await freePort()),
      TOLLGATE_GRACE: '10s',
      DATABASE_URL: database.url,
      TEST_KEY: testKey,
      ...environment,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const spawned: SpawnedTollgate = {
    process: child,
    folder,
    database,
    url,
    said: () => said,
    ended,
    chat: body =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${testKey}` },
        body: JSON.stringify(body),
      }),
    remove: async () => {
      child.kill('SIGKILL');
      await ended;
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (
    !(await fetch(`${url}/readyz`).then(
      reply => reply.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await spawned.remove();
      throw new Error(`the gateway does not start:\n${said}`);
    }
    await sleep(50);
  }
  return spawned;
}
