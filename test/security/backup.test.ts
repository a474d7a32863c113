import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { adminKey, startTestTollgate, testKey } from '../support/tollgate.ts';

test('L8: a backup has no key that opens anything: master key, admin key, virtual keys, provider keys', async () => {
  const providerKey = 'CANARY-provider-key-0123456789';
  const tollgate = await startTestTollgate(
    `
providers:
  own: { adapter: openai-compatible, base_url: "http://127.0.0.1:9/v1", keys: ["${providerKey}", "env:OWN_KEY"] }
keys: [{ name: web, secret: "env:TEST_KEY" }]
`,
    { OWN_KEY: 'CANARY-of-the-environment' },
  );
  try {
    const created = await tollgate.admin('/admin/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"made"}',
    });
    const { key } = (await created.json()) as { key: string };
    const called = await tollgate.chat({ model: 'simulator/echo', messages: [{ role: 'user', content: 'CANARY' }] });
    await tollgate.ledger(called.headers.get('x-request-id')!);

    const answer = await tollgate.admin('/admin/v1/backup');
    const content = gunzipSync(Buffer.from(await answer.arrayBuffer())).toString('latin1');
    const master = readFileSync(join(tollgate.folder, 'data.key'), 'utf8').trim();
    const masterHex = Buffer.from(master, 'base64').toString('hex');
    const secrets = [
      master,
      masterHex,
      adminKey,
      testKey,
      key,
      providerKey,
      'CANARY',
      new URL(tollgate.database.url).password,
    ];
    expect(secrets.every(secret => secret.length > 5)).toBe(true);
    expect(secrets.filter(secret => content.includes(secret))).toEqual([]);
    // What is in it is sealed, digested, or says where a secret is to be found.
    expect(content).toContain('env:OWN_KEY');
    expect(content.match(/sealed:v1:/g)!.length).toBeGreaterThan(1);
  } finally {
    await tollgate.stop();
  }
});
