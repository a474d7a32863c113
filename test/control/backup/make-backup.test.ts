import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/spec/gateway-error.ts';
import { readArchive } from '../../../src/store/backup/read-archive.ts';
import { inPieces } from '../../store/backup/archive.ts';
import { texts, usageEvent } from '../../store/ledger/usage-event.ts';
import { adminKey, type OpenControl, openControl } from '../app/open-control.ts';

let control: OpenControl;
let flush = async () => {};

beforeAll(async () => {
  control = await openControl({ flushLedger: () => flush() });
  await control.store.append(texts([usageEvent(), usageEvent()]));
});
afterAll(() => control.close());

const download = async () => {
  const url = `http://127.0.0.1:${control.port}/admin/v1/backup`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${adminKey}` } });
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
};

describe('GET /admin/v1/backup', () => {
  test('sends an archive, after the usage that waits', async () => {
    let flushed = 0;
    flush = async () => {
      await control.store.append(texts([usageEvent()]));
      flushed++;
    };
    const { answer, bytes } = await download();
    flush = async () => {};

    expect([answer.status, flushed]).toEqual([200, 1]);
    expect(answer.headers.get('content-type')).toBe('application/gzip');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="tollgate-\d{8}T\d{6}Z\.backup"$/);
    const { head, end } = await readArchive(inPieces(bytes));
    expect(head.tollgate_backup).toBe(1);
    expect(end.rows).toMatchObject({ 'public.organizations': 1, 'ledger.usage_events': 3 });
    expect(gunzipSync(bytes).toString()).toContain('"table":"ledger.usage_events"');
  });

  test('is not made without the usage that waits', async () => {
    flush = () => Promise.reject(new GatewayError('database_unavailable'));
    const refused = await control.ask('GET', '/admin/v1/backup');
    flush = async () => {};
    expect([refused.status, refused.json]).toMatchObject([503, { error: { code: 'database_unavailable' } }]);
    expect((await download()).answer.status).toBe(200);
  });

  test('is made one at a time', async () => {
    const gate = Promise.withResolvers<void>();
    const waits = Promise.withResolvers<void>();
    flush = () => {
      waits.resolve();
      return gate.promise;
    };
    const first = download();
    await waits.promise;
    const second = await control.ask('GET', '/admin/v1/backup');
    gate.resolve();
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '60']);
    expect(second.json).toMatchObject({
      error: { code: 'overloaded', message: expect.stringMatching(/making a backup already/) },
    });
    expect((await first).answer.status).toBe(200);
    expect((await download()).answer.status).toBe(200);
  });

  test('is cut when its reader stands still, and lets go of what it reads', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield randomBytes(64 * 1024);
      })(),
      { objectMode: false },
    );
    const store = { ...control.store, backup: async () => endless };
    const other = await openControl({ store, readerStallMillis: 200 });
    const socket = connect(other.port, '127.0.0.1').pause();
    const host = `host: 127.0.0.1\r\nauthorization: Bearer ${adminKey}\r\n\r\n`;
    socket.write(`GET /admin/v1/backup HTTP/1.1\r\n${host}`);
    await expect.poll(() => endless.destroyed, { timeout: 20_000 }).toBe(true);
    socket.destroy();
    expect((await other.ask('GET', '/admin/v1/status')).status).toBe(200);
    await other.close();
  });

  test('wants the admin key, our own page and GET', async () => {
    const ask = (method: string, headers: Record<string, string>) =>
      control.ask(method, '/admin/v1/backup', undefined, headers);
    expect((await ask('GET', { authorization: '' })).status).toBe(401);
    expect((await ask('GET', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask('GET', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('HEAD', {})).status).toBe(405);
    expect((await ask('POST', {})).status).toBe(405);
    expect((await control.ask('GET', '/admin/v1/backups')).status).toBe(404);
  });
});
