import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { type Parts, startTollgate } from '../../src/start.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { freePort } from './free-port.ts';

export const testKey = 'tg_testkey0123456789abcdefghijklmnopqrstuvw';
export const adminKey = 'admin-key-of-the-tests-0123456789';

export interface TestTollgate {
  /** Of the data plane, no path. */
  readonly url: string;
  readonly adminUrl: string;
  readonly folder: string;
  readonly database: TestDatabase;
  /** Everything it logged, as text. */
  readonly log: () => string;
  /** Asks the data plane with the test key. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  chat(body: object, headers?: Record<string, string>): Promise<Response>;
  admin(path: string, init?: RequestInit): Promise<Response>;
  /** Ledger rows of a call, once they are there; oldest attempt first. */
  ledger(callId: string, attempts?: number): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** The whole product in this process, on a database of its own, with this configuration file. */
export async function startTestTollgate(
  yaml: string,
  environment: Record<string, string> = {},
  parts: Parts = {},
): Promise<TestTollgate> {
  const database = await openTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-'));
  const file = join(folder, 'tollgate.yaml');
  writeFileSync(file, yaml);
  const variables = {
    TOLLGATE_CONFIG: file,
    TOLLGATE_DATA_DIR: join(folder, 'data'),
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: String(await freePort()),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
    TOLLGATE_ADMIN_KEY: adminKey,
    TOLLGATE_GRACE: '2s',
    TOLLGATE_DRAIN: '0s',
    DATABASE_URL: database.url,
    LOG_LEVEL: 'trace',
    TEST_KEY: testKey,
    ...environment,
  };
  const lines: string[] = [];
  const logger = pino({ level: variables.LOG_LEVEL }, { write: (line: string) => void lines.push(line) });
  const running = await startTollgate(readConfig(variables), variables, logger, parts);
  const url = `http://127.0.0.1:${variables.TOLLGATE_PORT}`;
  const adminUrl = `http://127.0.0.1:${variables.TOLLGATE_ADMIN_PORT}`;
  const withKey = (init: RequestInit | undefined, key: string) => {
    const headers = new Headers(init?.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${key}`);
    return { ...init, headers };
  };
  const self: TestTollgate = {
    url,
    adminUrl,
    folder,
    database,
    log: () => lines.join(''),
    fetch: (path, init) => fetch(url + path, withKey(init, testKey)),
    chat: (body, headers = {}) =>
      self.fetch('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    admin: (path, init) => fetch(adminUrl + path, withKey(init, adminKey)),
    ledger: (callId, attempts = 1) => ledgerRows(database, callId, attempts),
    stop: async () => {
      await running.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return self;
}

const PATIENCE_MILLIS = 10_000;

async function ledgerRows(database: TestDatabase, callId: string, attempts: number) {
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    const { rows } = await database.pool.query<Record<string, unknown>>(
      'select *, trim_scale(cost_usd)::text as cost from ledger.usage_events where call_id = $1 order by attempt',
      [callId],
    );
    if (rows.length >= attempts) return rows;
    if (Date.now() > deadline) throw new Error(`${rows.length} of ${attempts} ledger rows of call ${callId} arrived`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
