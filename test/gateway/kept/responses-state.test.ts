import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messagesAnswer } from '../../support/fake-dialects.ts';
import { type FakeProvider, fakeProvider } from '../../support/fake-provider.ts';
import { type StatefulProvider, statefulProvider } from '../../support/stateful-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../../support/tollgate.ts';

const otherKey = 'tg_otherkey0123456789abcdefghijklmnopqrstuv';
const sisterKey = 'tg_sisterkey0123456789abcdefghijklmnopqrstu';
const forgetfulKey = 'tg_forgetfulkey0123456789abcdefghijklmnopqr';
const narrowKey = 'tg_narrowkey0123456789abcdefghijklmnopqrstu';

let native: StatefulProvider;
let anthropic: FakeProvider;
let tollgate: TestTollgate;
const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey, maxRetries: 0 });

beforeAll(async () => {
  native = await statefulProvider();
  anthropic = await fakeProvider();
  const root = anthropic.url.replace(/\/v1$/, '');
  tollgate = await startTestTollgate(
    `
providers:
  openai: { adapter: openai, base_url: "${native.url}", keys: ["sk-provider-0001"] }
  claude: { adapter: anthropic, base_url: "${root}", keys: ["sk-ant-0000000"] }
models:
  mixed: { retries: 0, strategy: round-robin, targets: [{ model: openai/gpt-x }, { model: claude/claude-x }] }
  only-claude: { retries: 0, targets: [{ model: claude/claude-x }] }
organization: { store_responses: true }
teams: { search: , other: , forgetful: { store_responses: false } }
keys:
  - { name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }
  - { name: sister, team: search, secret: "env:SISTER_KEY", models: ["*"] }
  - { name: narrow, team: search, secret: "env:NARROW_KEY", models: [only-claude] }
  - { name: other, team: other, secret: "env:OTHER_KEY", models: ["*"] }
  - { name: forgetful, team: forgetful, secret: "env:FORGETFUL_KEY", models: ["*"] }
`,
    { OTHER_KEY: otherKey, SISTER_KEY: sisterKey, FORGETFUL_KEY: forgetfulKey, NARROW_KEY: narrowKey },
  );
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([native.close(), anthropic.close()]);
});
beforeEach(() => {
  native.seen.length = 0;
  anthropic.seen.length = 0;
  anthropic.answer(messagesAnswer('Hello there'));
});

const lastOf = (provider: FakeProvider) => provider.seen.at(-1)!;

describe('a target that keeps its answers', () => {
  const model = 'openai/gpt-x';

  test('gives out sealed ids and takes them back', async () => {
    const client = clientOf(testKey);
    const first = await client.responses.create({ model, input: 'my name is Ada' });
    expect(first.id).toMatch(/^resp_[A-Za-z0-9_-]{60,}$/);
    expect(first.metadata).toEqual({ id: 'resp_of_the_caller' });
    const second = await client.responses.create({ model, input: 'who am I?', previous_response_id: first.id });
    expect(second.output_text).toBe('remembers "my name is Ada"');
    expect(second.previous_response_id).toBe(first.id);
    expect(lastOf(native).body).toEqual({
      model: 'gpt-x',
      input: 'who am I?',
      previous_response_id: native.kept().at(-2),
    });
    expect(JSON.stringify([first, second])).not.toContain('resp_raw');
  });

  test('streams with the same sealed id in every event, as it is given back later', async () => {
    const client = clientOf(testKey);
    const first = await client.responses.create({ model, input: 'a "response" of resp_raw' });
    const stream = client.responses.stream({ model, input: 'go on', previous_response_id: first.id });
    const ids = new Set<string>();
    let text = '';
    stream.on('event', event => {
      if ('response' in event) ids.add(event.response.id);
      if (event.type === 'response.output_text.delta') text += event.delta;
    });
    const last = await stream.finalResponse();
    expect([...ids]).toEqual([last.id]);
    expect(last.id).toMatch(/^resp_[A-Za-z0-9_-]{60,}$/);
    expect(text).toBe('remembers "a \\"response\\" of resp_raw"');
    expect((await client.responses.retrieve(last.id)).id).toBe(last.id);
  });

  test('pins the call: the model of the chain answers, whatever the turn', async () => {
    const client = clientOf(testKey);
    const first = await client.responses.create({ model, input: 'pinned' });
    for (let turn = 0; turn < 4; turn++) {
      const next = await client.responses.create({ model: 'mixed', input: 'go on', previous_response_id: first.id });
      expect(next.output_text).toBe('remembers "pinned"');
    }
    expect(anthropic.seen).toHaveLength(0);
    const elsewhere = client.responses.create({ model: 'only-claude', input: 'x', previous_response_id: first.id });
    await expect(elsewhere).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });

  test('a response is given back, listed, cancelled and removed at its provider', async () => {
    const client = clientOf(testKey);
    const { id } = await client.responses.create({ model, input: 'keep me' });
    const raw = native.kept().at(-1)!;
    expect(await client.responses.retrieve(id)).toMatchObject({ id, status: 'completed' });
    expect(lastOf(native)).toMatchObject({ method: 'GET', url: `/v1/responses/${raw}` });
    await client.responses.inputItems.list(id, { limit: 3 });
    expect(lastOf(native)).toMatchObject({ method: 'GET', url: `/v1/responses/${raw}/input_items?limit=3` });
    expect(await client.responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
    expect(lastOf(native)).toMatchObject({ method: 'POST', url: `/v1/responses/${raw}/cancel` });
    await client.responses.delete(id);
    expect(native.kept()).not.toContain(raw);
    const gone = client.responses.create({ model, input: 'x', previous_response_id: id });
    await expect(gone).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
    await expect(gone).rejects.toThrow(id);
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    expect(lastOf(native).headers.authorization).toBe('Bearer sk-provider-0001');
  });

  test('a response is not streamed once more', async () => {
    const client = clientOf(testKey);
    const { id } = await client.responses.create({ model, input: 'x' });
    await expect(client.responses.retrieve(id, { stream: true })).rejects.toMatchObject({
      status: 400,
      param: 'stream',
    });
  });

  test('what is not kept passes as it came', async () => {
    const client = clientOf(testKey);
    const { id } = await client.responses.create({ model, input: 'x', store: false });
    expect(id).toMatch(/^resp_raw\d+$/);
  });

  test('an id from before the gateway goes to the provider where one team alone has the account', async () => {
    const raw = `resp_${'0123456789abcdef'.repeat(3)}`;
    const ask = (baseURL: string) =>
      new OpenAI({ baseURL, apiKey: testKey, maxRetries: 0 }).responses.create({
        model,
        input: 'x',
        previous_response_id: raw,
      });
    await expect(ask(`${tollgate.url}/v1`)).rejects.toMatchObject({ code: 'previous_response_not_found' });
    expect(native.seen).toHaveLength(0);

    const alone = await startTestTollgate(`
providers:
  openai: { adapter: openai, base_url: "${native.url}", keys: ["sk-provider-0001"] }
  claude: { adapter: anthropic, base_url: "${anthropic.url.replace(/\/v1$/, '')}", keys: ["sk-ant-0000000"] }
teams: { search: }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
    try {
      await expect(ask(`${alone.url}/v1`)).rejects.toMatchObject({ status: 400 });
      expect(lastOf(native).body).toMatchObject({ previous_response_id: raw });
      const elsewhere = new OpenAI({ baseURL: `${alone.url}/v1`, apiKey: testKey, maxRetries: 0 }).responses.create({
        model: 'claude/claude-x',
        input: 'x',
        previous_response_id: raw,
      });
      await expect(elsewhere).rejects.toMatchObject({ code: 'previous_response_not_found' });
      expect(anthropic.seen).toHaveLength(0);
    } finally {
      await alone.stop();
    }
  });

  test('a key that may not use the target any more is told that there is no such model', async () => {
    const { id } = await clientOf(testKey).responses.create({ model, input: 'x' });
    const narrow = clientOf(narrowKey);
    const seen = native.seen.length;
    await expect(narrow.responses.retrieve(id)).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    const next = narrow.responses.create({ model, input: 'x', previous_response_id: id });
    await expect(next).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    expect(native.seen).toHaveLength(seen);
  });
});

describe('a target that keeps nothing', () => {
  const model = 'claude/claude-x';

  test.each([false, true])('goes on from what is kept here (streamed: %s)', async stream => {
    const client = clientOf(testKey);
    const ask = async (body: OpenAI.Responses.ResponseCreateParamsNonStreaming) =>
      stream
        ? await client.responses.stream({ ...body, stream: true }).finalResponse()
        : await client.responses.create(body);
    const first = await ask({ model, input: 'my name is Ada' });
    expect(first).toMatchObject({ store: true, previous_response_id: null });
    anthropic.answer(messagesAnswer('You are Ada'));
    const second = await ask({
      model,
      input: [{ role: 'user', content: 'who am I?' }],
      previous_response_id: first.id,
    });
    expect(second).toMatchObject({ output_text: 'You are Ada', previous_response_id: first.id });
    await ask({ model, input: 'sure?', previous_response_id: second.id });
    const said = (lastOf(anthropic).body.messages as { role: string; content: unknown }[]).map(({ role, content }) => [
      role,
      typeof content === 'string' ? content : (content as { text: string }[]).map(({ text }) => text).join(''),
    ]);
    expect(said).toEqual([
      ['user', 'my name is Ada'],
      ['assistant', 'Hello there'],
      ['user', 'who am I?'],
      ['assistant', 'You are Ada'],
      ['user', 'sure?'],
    ]);
  });

  test('a kept response is given back, its items listed, and removed', async () => {
    const client = clientOf(testKey);
    const first = await client.responses.create({ model, input: 'one' });
    const second = await client.responses.create({ model, input: 'two', previous_response_id: first.id });
    const { output_text: _, _request_id: _id, ...whole } = second;
    expect(await client.responses.retrieve(second.id)).toMatchObject(whole);
    const page = await client.responses.inputItems.list(second.id, { order: 'asc', limit: 2 });
    const items = [];
    for await (const item of page) items.push(item);
    expect(items.map(item => item.type === 'message' && item.role)).toEqual(['user', 'assistant', 'user']);
    await expect(client.responses.cancel(second.id)).rejects.toMatchObject({ status: 400 });
    await client.responses.delete(second.id);
    await expect(client.responses.retrieve(second.id)).rejects.toMatchObject({
      status: 404,
      code: 'response_not_found',
    });
    await expect(client.responses.delete(second.id)).rejects.toMatchObject({ status: 404, code: 'response_not_found' });
    expect(await client.responses.retrieve(first.id)).toMatchObject({ id: first.id });
  });

  test('items of kept answers may be named in place of being sent, of the newest answer and of older ones', async () => {
    const client = clientOf(testKey);
    const user = (content: string) => ({ role: 'user' as const, content });
    const named = (response: OpenAI.Responses.Response) =>
      response.output.map(({ id }) => ({ type: 'item_reference' as const, id: id! }));
    const first = await client.responses.create({ model, input: [user('one')] });
    const second = await client.responses.create({ model, input: [user('one'), ...named(first), user('two')] });
    const input = [user('one'), ...named(first), user('two'), ...named(second), user('three')];
    await client.responses.create({ model, input });
    expect(lastOf(anthropic).body.messages).toHaveLength(5);
    expect(JSON.stringify(lastOf(anthropic).body)).not.toContain('item_reference');
    const seen = anthropic.seen.length;
    for (const other of [clientOf(otherKey), clientOf(forgetfulKey)]) {
      const refused = other.responses.create({ model, input });
      await expect(refused).rejects.toMatchObject({ status: 400, param: 'input[1]' });
    }
    expect(anthropic.seen).toHaveLength(seen);
  });

  test('"store": false is kept nowhere', async () => {
    const client = clientOf(testKey);
    const first = await client.responses.create({ model, input: 'one', store: false });
    expect(first).toMatchObject({ store: false });
    const next = client.responses.create({ model, input: 'two', previous_response_id: first.id });
    await expect(next).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
    await expect(client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
  });

  test('a conversation that is kept here goes on at a target that keeps its own', async () => {
    const client = clientOf(testKey);
    const first = await client.responses.create({ model, input: 'one' });
    await client.responses.create({ model: 'openai/gpt-x', input: 'two', previous_response_id: first.id });
    expect(lastOf(native).body).toEqual({
      model: 'gpt-x',
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'one' }] },
        expect.objectContaining({ type: 'message', role: 'assistant' }),
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'two' }] },
      ],
    });
  });

  test('a conversation that is too large to be kept is refused before it is answered', async () => {
    const input = 'x'.repeat(16 * 1024 * 1024);
    const refused = clientOf(testKey).responses.create({ model, input });
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'store' });
    expect(anthropic.seen).toHaveLength(0);
  });

  test('says how to turn keeping on where it is off', async () => {
    const client = clientOf(forgetfulKey);
    const first = await client.responses.create({ model, input: 'one' });
    expect(first).toMatchObject({ store: false });
    const next = client.responses.create({ model, input: 'two', previous_response_id: first.id });
    await expect(next).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
    await expect(next).rejects.toThrow('store_responses: true');
    const { rows } = await tollgate.database.pool.query(`select from stored_responses where team = 'forgetful'`);
    expect(rows).toHaveLength(0);
    expect(anthropic.seen).toHaveLength(1);
  });

  test('what is kept cannot be read in the database, and has an end', async () => {
    await clientOf(testKey).responses.create({ model, input: 'canary of the prompt' });
    const { rows } = await tollgate.database.pool.query<{ content: Buffer; days: number; team: string }>(
      `select content, team, extract(day from expires_at - created_at)::int as days from stored_responses
       order by created_at desc limit 1`,
    );
    expect(rows[0]).toMatchObject({ team: 'search', days: 30 });
    expect(rows[0]!.content.includes('canary')).toBe(false);
  });
});

describe.each([
  ['at its provider', 'openai/gpt-x'],
  ['here', 'claude/claude-x'],
])('the id of a response that is kept %s', (_where, model) => {
  test('is good for every key of the team, and for nobody else', async () => {
    const { id } = await clientOf(testKey).responses.create({ model, input: 'ours' });
    expect((await clientOf(sisterKey).responses.retrieve(id)).id).toBe(id);
    const seen = native.seen.length + anthropic.seen.length;
    const other = clientOf(otherKey);
    const unknown = { status: 404, code: 'response_not_found' };
    await expect(other.responses.retrieve(id)).rejects.toMatchObject(unknown);
    await expect(other.responses.delete(id)).rejects.toMatchObject(unknown);
    await expect(other.responses.cancel(id)).rejects.toMatchObject(unknown);
    await expect(other.responses.inputItems.list(id)).rejects.toMatchObject(unknown);
    const next = other.responses.create({ model, input: 'x', previous_response_id: id });
    await expect(next).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
    expect(native.seen.length + anthropic.seen.length).toBe(seen);
    expect((await clientOf(testKey).responses.retrieve(id)).id).toBe(id);
  });
});

test.each(['conversation', 'background'])('%s is refused by its name', async name => {
  const body = { model: 'mixed', input: 'x', [name]: name === 'background' ? true : 'conv_1' };
  const refused = clientOf(testKey).responses.create(body as OpenAI.Responses.ResponseCreateParamsNonStreaming);
  await expect(refused).rejects.toMatchObject({ status: name === 'background' ? 501 : 400, param: name });
});
