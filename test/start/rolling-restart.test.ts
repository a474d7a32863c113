import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { chatAnswer, chunk, type FakeProvider, fakeProvider, sse } from '../support/fake-provider.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/start-node.ts';
import { testKey } from '../support/tollgate.ts';
import { startBalancedLoad } from './balanced-load.ts';
import { type GatewayProcess, gatewayProcess } from './gateway-process.ts';

/** Longer than the drain, so that streams are under way when a node stops listening. */
const STREAM_MILLIS = 3_000;

let database: TestDatabase;
let provider: FakeProvider;
let folder: string;
let nodes: GatewayProcess[];

beforeAll(async () => {
  database = await openTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'tollgate-rolling-'));
  provider = await fakeProvider(async (request, response) => {
    if (request.body.stream !== true) return chatAnswer()(request, response);
    sse(response);
    for (let part = 0; part < 10; part++) {
      response.write(chunk({ content: `${part} ` }));
      await sleep(STREAM_MILLIS / 10);
    }
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  });
  const file = path.join(folder, 'tollgate.yaml');
  writeFileSync(
    file,
    `providers:\n  box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["env:BOX_KEY"] }\n` +
      'keys:\n  - { name: web, secret: "env:TEST_KEY" }\n',
  );
  nodes = await Promise.all(
    ['one', 'two'].map(async name =>
      gatewayProcess({
        TOLLGATE_CONFIG: file,
        TOLLGATE_DATA_DIR: path.join(folder, name),
        TOLLGATE_MASTER_KEY: '5'.repeat(64),
        TOLLGATE_HOST: '127.0.0.1',
        TOLLGATE_PORT: String(await freePort()),
        TOLLGATE_ADMIN_PORT: String(await freePort()),
        TOLLGATE_DRAIN: '2s',
        DATABASE_URL: database.url,
        TEST_KEY: testKey,
        BOX_KEY: 'sk-of-the-box',
      }),
    ),
  );
});

afterAll(async () => {
  for (const node of nodes) node.kill();
  await provider.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('two nodes on one database are restarted one after the other under load, and no call fails', {
  timeout: 180_000,
}, async () => {
  for (const node of nodes) await node.start();
  const load = startBalancedLoad({
    nodes: nodes.map(node => node.url),
    key: testKey,
    callers: 6,
    body: nth => ({
      model: 'box/any',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: nth % 10 === 9,
    }),
  });
  for (const node of nodes) {
    await sleep(1_000);
    expect(await node.stop()).toBe(0);
    await node.start();
  }
  await sleep(1_000);
  await load.stop();
  expect(load.failures).toEqual([]);
  expect(load.done).toBeGreaterThan(100);

  for (const node of nodes) expect(await node.stop()).toBe(0);
  const rows = () => database.pool.query<{ outcome: string }>('select outcome from ledger.usage_events');
  const ledger = await until(rows, ({ rowCount }) => rowCount === load.done);
  expect(new Set(ledger.rows.map(row => row.outcome))).toEqual(new Set(['finished']));
});
