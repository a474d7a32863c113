import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DatabaseServer, startDatabaseServer } from '../support/database-server.ts';
import { messagesAnswer } from '../support/fake-dialects.ts';
import { type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { startNode, type TestNode, until } from '../support/start-node.ts';
import { type StatefulProvider, statefulProvider } from '../support/stateful-provider.ts';
import { testKey } from '../support/tollgate.ts';

let server: DatabaseServer;
let folder: string;
let anthropic: FakeProvider;
let native: StatefulProvider;
const masterKey = { TOLLGATE_MASTER_KEY: 'ab'.repeat(32) };

beforeAll(async () => {
  server = await startDatabaseServer();
  folder = mkdtempSync(join(tmpdir(), 'tollgate-kept-'));
  anthropic = await fakeProvider();
  native = await statefulProvider();
});
afterAll(async () => {
  await server.remove();
  await Promise.all([anthropic.close(), native.close()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  anthropic.seen.length = 0;
  anthropic.answer(messagesAnswer('Hello there'));
});

/** It may serve from its last good snapshot before the database is attached. */
async function start(name: string): Promise<TestNode> {
  const node = await startWith(name);
  const attached = async () => (await (await node.admin('/admin/v1/teams')).json()) as object;
  await until(attached, said => 'teams' in said);
  return node;
}

const startWith = (name: string): Promise<TestNode> =>
  startNode(
    join(folder, name),
    server.url,
    masterKey,
    `
providers:
  claude: { adapter: anthropic, base_url: "${anthropic.url.replace(/\/v1$/, '')}", keys: ["sk-ant-0000000"] }
  openai: { adapter: openai, base_url: "${native.url}", keys: ["sk-provider-0001"] }
organization: { store_responses: true }
keys: [{ name: web, secret: "env:TEST_KEY", models: ["*"] }]
`,
  );
const clientOf = ({ url }: TestNode) => new OpenAI({ baseURL: `${url}/v1`, apiKey: testKey, maxRetries: 0 });
const models = ['claude/claude-x', 'openai/gpt-x'] as const;

test.each(models)('a chain goes on after a restart, and on another node (%s)', async model => {
  const first = await start('one');
  const one = await clientOf(first).responses.create({ model, input: 'one' });
  await first.stop();
  const again = await start('one');
  const two = await clientOf(again).responses.create({ model, input: 'two', previous_response_id: one.id });
  const other = await start('other');
  const three = await clientOf(other).responses.create({ model, input: 'three', previous_response_id: two.id });
  expect((await clientOf(again).responses.retrieve(three.id)).id).toBe(three.id);
  await Promise.all([again.stop(), other.stop()]);
  if (model === 'openai/gpt-x') expect(three.output_text).toBe('remembers "one"');
  else expect(anthropic.seen.at(-1)!.body.messages).toHaveLength(5);
});

describe('while the database is away', () => {
  const unavailable = { status: 503, code: 'database_unavailable' };

  test('nothing is lost in silence: what cannot be kept or loaded is refused, everything else goes on', async () => {
    const node = await start('away');
    const client = clientOf(node);
    const kept = await client.responses.create({ model: models[0], input: 'one' });
    const atProvider = await client.responses.create({ model: models[1], input: 'one' });
    await server.stop();

    const next = client.responses.create({ model: models[0], input: 'two', previous_response_id: kept.id });
    await expect(next).rejects.toMatchObject(unavailable);
    await expect(client.responses.retrieve(kept.id)).rejects.toMatchObject(unavailable);
    await expect(client.responses.delete(kept.id)).rejects.toMatchObject(unavailable);
    await expect(client.responses.create({ model: models[0], input: 'one' })).rejects.toMatchObject(unavailable);
    const stream = client.responses.stream({ model: models[0], input: 'one' });
    const types: string[] = [];
    stream.on('event', event => void types.push(event.type));
    await expect(stream.finalResponse()).rejects.toThrow('database cannot be reached');
    expect(types).toContain('response.output_text.delta');
    expect(types).not.toContain('response.completed');

    const unkept = await client.responses.create({ model: models[0], input: 'one', store: false });
    expect(unkept.output_text).toBe('Hello there');
    const more = await client.responses.create({ model: models[1], input: 'x', previous_response_id: atProvider.id });
    expect(more.output_text).toBe('remembers "one"');

    await server.start();
    expect((await client.responses.retrieve(kept.id)).id).toBe(kept.id);
    const later = await client.responses.create({ model: models[0], input: 'two', previous_response_id: kept.id });
    expect(later.previous_response_id).toBe(kept.id);
    await node.stop();
  });
});
