import type { AddressInfo } from 'node:net';
import { buildControlApp, type ControlDependencies } from '../../../src/control/app.ts';
import { createMetrics } from '../../../src/control/metrics/create-metrics.ts';
import { adminKeyVerifier } from '../../../src/control/secrets/admin-key.ts';
import { newVirtualKey } from '../../../src/control/secrets/new-virtual-key.ts';
import { keyDigester } from '../../../src/spec/key-digest.ts';
import { Secret } from '../../../src/spec/secret.ts';
import type { Store } from '../../../src/spec/store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { quietLogger } from '../../support/quiet-logger.ts';

export const adminKey = 'tgadm_of-these-tests-0123456789';
export const digest = keyDigester(Buffer.alloc(32, 7));

export interface OpenControl {
  readonly database: TestDatabase;
  readonly store: Store;
  readonly port: number;
  /** How often this node's snapshot was published. */
  readonly published: () => number;
  /** Asks with the admin key unless `authorization` says otherwise; `''` sends none. */
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null when the answer is no JSON. */
  readonly json: unknown;
}

/** The control plane on a free port over a database of its own. */
export async function openControl(changes: Partial<ControlDependencies> = {}): Promise<OpenControl> {
  const database = await openTestDatabase();
  const store = openStore({ connection: database.url, logger: quietLogger });
  let published = 0;
  const app = buildControlApp({
    store,
    verifyAdminKey: adminKeyVerifier(new Secret(adminKey)),
    digestKey: digest,
    newKey: newVirtualKey,
    snapshotVersion: () => 7,
    afterChange: async () => {
      published++;
    },
    status: () => ({ ready: true, problems: [], notes: [], source: 'database' }),
    ledgerStatus: () => ({ pendingEvents: 2, pendingBytes: 640, pendingSegments: 1, lagMillis: 20, setAside: 0 }),
    flushLedger: async () => {},
    metrics: createMetrics({ known: () => null }).registry,
    adminHost: '127.0.0.1',
    allowedHosts: ['admin.example.com'],
    metricsOpen: false,
    logger: quietLogger,
    ...changes,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    database,
    store,
    port,
    published: () => published,
    ask: (method, path, body, headers) => ask(`http://127.0.0.1:${port}${path}`, method, body, headers),
    close: async () => {
      await app.close();
      await store.close();
      await database.drop();
    },
  };
}

async function ask(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const sent = new Headers({
    authorization: `Bearer ${adminKey}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  if (sent.get('authorization') === '') sent.delete('authorization');
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const answer = await fetch(url, {
    method,
    headers: sent,
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') && text !== '';
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null };
}
