import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { startTollgate } from '../../src/start.ts';
import { freePort } from './free-port.ts';
import { adminKey, testKey } from './tollgate.ts';

const PATIENCE_MILLIS = 20_000;

export interface TestNode {
  readonly url: string;
  readonly adminUrl: string;
  readonly dataDir: string;
  readonly log: () => string;
  chat(key?: string): Promise<Response>;
  /** Of the data port, without a key. */
  ready(): Promise<number>;
  /** Asks the admin port with the admin key. */
  admin(path: string, init?: RequestInit): Promise<Response>;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** One node, in this process, that can be started again on the same folder: whatever a test stops stays where it is. */
export async function startNode(
  folder: string,
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
  yaml = 'keys:\n  - { name: web, secret: "env:TEST_KEY" }\n',
): Promise<TestNode> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'tollgate.yaml');
  writeFileSync(file, yaml);
  const dataDir = join(folder, 'data');
  const variables = {
    TOLLGATE_CONFIG: file,
    TOLLGATE_DATA_DIR: dataDir,
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: String(await freePort()),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
    TOLLGATE_ADMIN_KEY: adminKey,
    TOLLGATE_GRACE: '2s',
    TOLLGATE_DRAIN: '0s',
    DATABASE_URL: databaseUrl,
    TEST_KEY: testKey,
    ...environment,
  };
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const linkTimes = { patienceMillis: 400, againMillis: 50, againMostMillis: 200 };
  const running = await startTollgate(readConfig(variables), variables, logger, { linkTimes });
  const url = `http://127.0.0.1:${variables.TOLLGATE_PORT}`;
  const adminUrl = `http://127.0.0.1:${variables.TOLLGATE_ADMIN_PORT}`;
  const admin = (path: string, init: RequestInit = {}) =>
    fetch(adminUrl + path, { ...init, headers: { authorization: `Bearer ${adminKey}`, ...init.headers } });
  return {
    url,
    adminUrl,
    dataDir,
    log: () => lines.join(''),
    chat: (key = testKey) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ model: 'simulator/echo', messages: [{ role: 'user', content: 'Hello' }] }),
      }),
    ready: async () => (await fetch(`${url}/readyz`)).status,
    admin,
    metrics: async () => (await admin('/metrics')).text(),
    stop: () => running.stop(),
  };
}

/** Asks again until the answer satisfies; throws with the last one when it never does. */
export async function until<Of>(ask: () => Promise<Of>, satisfies: (answer: Of) => boolean): Promise<Of> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`it never came to be; at last ${JSON.stringify(answer)}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
