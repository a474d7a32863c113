import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messagesAnswer } from '../support/fake-dialects.ts';
import { type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { type StatefulProvider, statefulProvider } from '../support/stateful-provider.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';

const otherKey = 'tg_otherkey0123456789abcdefghijklmnopqrstuv';
let native: StatefulProvider;
let anthropic: FakeProvider;
let tollgate: TestTollgate;

beforeAll(async () => {
  native = await statefulProvider();
  anthropic = await fakeProvider(messagesAnswer('Hello there'));
  tollgate = await startTestTollgate(
    `
providers:
  openai: { adapter: openai, base_url: "${native.url}", keys: ["sk-provider-0001"] }
  claude: { adapter: anthropic, base_url: "${anthropic.url.replace(/\/v1$/, '')}", keys: ["sk-ant-0000000"] }
organization: { store_responses: true }
teams: { search: , other: }
keys:
  - { name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }
  - { name: other, team: other, secret: "env:OTHER_KEY", models: ["*"] }
`,
    { OTHER_KEY: otherKey },
  );
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([native.close(), anthropic.close()]);
});
beforeEach(() => {
  native.seen.length = 0;
  anthropic.seen.length = 0;
});

const asOther = { authorization: `Bearer ${otherKey}` };
const create = (body: object, headers: Record<string, string> = {}) =>
  tollgate.fetch('/v1/responses', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Every way in which an id can be used; with the status of each, and what each answered. */
async function tryAll(model: string, id: string, headers: Record<string, string>) {
  const at = `/v1/responses/${encodeURIComponent(id)}`;
  const replies = [
    await create({ model, input: 'x', previous_response_id: id }, headers),
    await tollgate.fetch(at, { headers }),
    await tollgate.fetch(at, { method: 'DELETE', headers }),
    await tollgate.fetch(`${at}/input_items`, { headers }),
    await tollgate.fetch(`${at}/cancel`, { method: 'POST', headers }),
  ];
  const texts = await Promise.all(replies.map(reply => reply.text()));
  return { statuses: replies.map(({ status }) => status), texts: texts.map(text => text.replaceAll(id, 'ID')) };
}

describe.each(['openai/gpt-x', 'claude/claude-x'])('responses of %s', model => {
  test('T4 an id of another team, a changed one and the provider’s own are all the same as none, and ask nobody', async () => {
    const made = (await (await create({ model, input: 'canary of search' })).json()) as { id: string };
    const raw = native.kept().at(-1) ?? 'resp_raw0000';
    native.seen.length = 0;
    anthropic.seen.length = 0;
    const last = made.id.at(-1) === 'A' ? 'B' : 'A';
    const unknown = await tryAll(model, 'resp_0123456789abcdef0123456789abcdef', asOther);
    expect(unknown.statuses).toEqual([400, 404, 404, 404, 404]);
    for (const [id, headers] of [
      [made.id, asOther],
      [`${made.id.slice(0, -1)}${last}`, {}],
      [made.id.toUpperCase().replace('RESP_', 'resp_'), asOther],
      [raw, {}],
      [raw, asOther],
      ['../responses', {}],
      ['resp_', {}],
    ] as const) {
      expect([id, await tryAll(model, id, headers)]).toEqual([id, unknown]);
    }
    expect(native.seen.length + anthropic.seen.length).toBe(0);
    expect((await tollgate.fetch(`/v1/responses/${made.id}`)).status).toBe(200);
  });
});

test('T4 no id of a provider reaches a client, in no answer and no error', async () => {
  const first = await create({ model: 'openai/gpt-x', input: 'one' });
  const { id } = (await first.clone().json()) as { id: string };
  const stream = await create({ model: 'openai/gpt-x', input: 'two', stream: true, previous_response_id: id });
  const got = await tollgate.fetch(`/v1/responses/${id}`);
  const removed = await tollgate.fetch(`/v1/responses/${id}`, { method: 'DELETE' });
  const gone = await create({ model: 'openai/gpt-x', input: 'x', previous_response_id: id });
  const replies = [first, stream, got, removed, gone, await tollgate.fetch(`/v1/responses/${id}`)];
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400, 404]);
  for (const reply of replies) expect(await reply.text()).not.toContain('resp_raw');
});

test('B6 a kept conversation is input of the call that goes on from it, counted or not', async () => {
  anthropic.answer(messagesAnswer('Hello there'));
  const long = 'word '.repeat(4_000);
  const { id } = (await (await create({ model: 'claude/claude-x', input: long })).json()) as { id: string };
  anthropic.answer(
    json(200, {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn' },
      content: [{ type: 'text', text: 'uncounted' }],
    }),
  );
  const reply = await create({ model: 'claude/claude-x', input: 'x', previous_response_id: id });
  expect(reply.status).toBe(200);
  const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
  expect(row).toMatchObject({ estimated: true });
  expect(row!.input_tokens).toBeGreaterThan(4_000);
});

test('L6 a kept response opens under its own id alone', async () => {
  anthropic.answer(messagesAnswer('Hello there'));
  const made = async () =>
    ((await (await create({ model: 'claude/claude-x', input: 'x' })).json()) as { id: string }).id;
  const [one, two] = [await made(), await made()];
  const uuid = (id: string) => id.slice('resp_'.length);
  await tollgate.database.pool.query(
    'update stored_responses set content = (select content from stored_responses where id = $1::uuid) where id = $2::uuid',
    [uuid(one), uuid(two)],
  );
  const reply = await tollgate.fetch(`/v1/responses/${two}`);
  expect([reply.status, await reply.text()]).toEqual([500, expect.not.stringContaining('Hello')]);
  expect((await tollgate.fetch(`/v1/responses/${one}`)).status).toBe(200);
});
