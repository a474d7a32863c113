import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DatabaseServer, startDatabaseServer } from '../support/database-server.ts';
import { startNode, type TestNode, until } from '../support/start-node.ts';

let server: DatabaseServer;
let folder: string;

beforeAll(async () => {
  server = await startDatabaseServer();
  folder = mkdtempSync(join(tmpdir(), 'tollgate-away-'));
});
afterAll(async () => {
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
});

const source = async (node: TestNode) =>
  ((await (await node.admin('/admin/v1/status')).json()) as { snapshot_source: string }).snapshot_source;

async function query(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

const rowsOf = (callId: string) => query('select id from ledger.usage_events where call_id = $1', [callId]);

describe('a node whose database is away at the start', () => {
  test('serves from its last good snapshot, says so, and ships its usage when the database is back', async () => {
    const first = await startNode(join(folder, 'one'), server.url);
    const made = await first.admin('/admin/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'made', team: 'default' }),
    });
    const { key } = (await made.json()) as { key: string };
    const status = (await (await first.admin('/admin/v1/status')).json()) as { snapshot_version: number };
    const before = await first.metrics();
    expect(before).toContain('tollgate_snapshot_source{source="database"} 1');
    expect(before).toContain('tollgate_database_up 1');
    await first.stop();

    await server.stop();
    const node = await startNode(join(folder, 'one'), server.url);
    expect(await node.ready()).toBe(200);
    const reply = await node.chat(key);
    expect(reply.status).toBe(200);
    await reply.text();
    expect((await node.chat('tg_nobodynobodynobodynobodynobodynobody0000')).status).toBe(401);

    const detail = (await (await node.admin('/readyz')).json()) as { ready: boolean; notes: string[] };
    expect(detail).toMatchObject({ ready: true, problems: [] });
    expect(detail.notes).toEqual([
      expect.stringMatching(
        new RegExp(`^Serving from the snapshot of 20.*Z, number ${status.snapshot_version}\\. The database cannot be`),
      ),
    ]);
    expect(await (await fetch(`${node.adminUrl}/readyz`)).json()).toEqual({ ready: true });
    const metrics = await node.metrics();
    expect(metrics).toContain('tollgate_snapshot_source{source="disk"} 1');
    expect(metrics).toContain('tollgate_database_up 0');
    expect(metrics).toContain(`tollgate_snapshot_version ${status.snapshot_version}`);
    const refused = await node.admin('/admin/v1/keys');
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'database_unavailable' } }]);

    await server.start();
    await until(
      () => source(node),
      now => now === 'database',
    );
    const callId = reply.headers.get('x-request-id')!;
    await until(
      () => rowsOf(callId),
      rows => rows.length > 0,
    );
    expect(await rowsOf(callId)).toHaveLength(1);
    expect(await (await node.admin('/readyz')).json()).toEqual({ ready: true, problems: [], notes: [] });
    expect((await node.admin('/admin/v1/keys')).status).toBe(200);
    await until(
      () => node.metrics(),
      text => text.includes('tollgate_database_up 1'),
    );
    await node.stop();
  });

  test('serves as well when the database takes connections and says nothing', async () => {
    const at = join(folder, 'one');
    server.freeze();
    const node = await startNode(at, server.url);
    expect(await node.ready()).toBe(200);
    expect((await node.chat()).status).toBe(200);
    server.thaw();
    await until(
      () => source(node),
      now => now === 'database',
    );
    await node.stop();
  });

  test('takes up a changed configuration file when the database is back, and not before', async () => {
    const yaml = 'keys:\n  - { name: web, secret: "env:TEST_KEY" }\n  - { name: other, secret: "env:OTHER_KEY" }\n';
    const other = 'tg_otherother0123456789abcdefghijklmnopqrst';
    await server.stop();
    const node = await startNode(join(folder, 'one'), server.url, { OTHER_KEY: other }, yaml);
    expect((await node.chat()).status).toBe(200);
    expect((await node.chat(other)).status).toBe(401);
    await server.start();
    await until(
      () => node.chat(other),
      reply => reply.status === 200,
    );
    await node.stop();
  });

  test('does not start without a snapshot, and says why', async () => {
    await server.stop();
    await expect(startNode(join(folder, 'new'), server.url)).rejects.toThrow(/The database cannot be reached/);
    await server.start();
  });

  test('does not attach to the database of another instance, and goes on serving', async () => {
    await query('create database other');
    const elsewhere = new URL(server.url);
    elsewhere.pathname = '/other';
    const sameMaster = { TOLLGATE_MASTER_KEY_FILE: join(folder, 'one', 'data.key') };
    const stranger = await startNode(join(folder, 'stranger'), elsewhere.href, sameMaster);
    await stranger.stop();

    await server.stop();
    const node = await startNode(join(folder, 'stranger'), server.url, sameMaster);
    await server.start();
    const noted = async () => ((await (await node.admin('/readyz')).json()) as { notes: string[] }).notes.join();
    await until(noted, text => text.includes('it has another digest key'));
    const reply = await node.chat();
    expect(reply.status).toBe(200);
    await expect(node.admin('/admin/v1/keys')).resolves.toMatchObject({ status: 503 });
    expect(await source(node)).toBe('disk');
    expect(await rowsOf(reply.headers.get('x-request-id')!)).toEqual([]);
    await node.stop();
  });

  test('takes no calls with a snapshot that is damaged, until the database is there', async () => {
    const file = join(folder, 'one', 'data', 'snapshot', 'current');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
    await server.stop();
    const node = await startNode(join(folder, 'one'), server.url);
    expect([await node.ready(), (await node.chat()).status]).toEqual([503, 503]);
    await server.start();
    await until(
      () => node.ready(),
      status => status === 200,
    );
    expect((await node.chat()).status).toBe(200);
    await node.stop();
  });
});
