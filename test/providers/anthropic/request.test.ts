import { describe, expect, test } from 'vitest';
import type { Part, ToolCallPart } from '../../../src/spec/chat/parts.ts';
import { anthropic, encode, fieldsOf, PLAIN, said } from './codec.ts';

const call = (id: string, input = '{"city":"Rome"}', name = 'weather'): ToolCallPart => ({
  type: 'tool-call',
  id,
  name,
  input,
});
const result = (callId: string, text: string, more: object = {}): Part => ({
  type: 'tool-result',
  callId,
  parts: [{ type: 'text', text }],
  ...more,
});

test('is reached with its key and its version', () => {
  expect(anthropic.authorize('sk')).toEqual(['x-api-key', 'sk', 'anthropic-version', '2023-06-01']);
  expect(anthropic.operations.chat?.path('any/../model', true)).toBe('/v1/messages');
});

test('a whole request, member by member', () => {
  const encoded = encode(
    {
      messages: [said('system', 'Be brief.'), said('user', 'Hi')],
      maxTokens: 100,
      stop: ['END', ' \n'],
      temperature: 1.5,
      topK: 5,
      user: 'u-1',
      serviceTier: 'default',
      stream: true,
    },
    PLAIN,
  );

  expect(encoded.body).toEqual({
    model: PLAIN,
    max_tokens: 100,
    system: [{ type: 'text', text: 'Be brief.' }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    stop_sequences: ['END'],
    temperature: 1,
    top_k: 5,
    metadata: { user_id: 'u-1' },
    service_tier: 'standard_only',
    stream: true,
  });
  expect(fieldsOf(encoded)).toEqual(['temperature clamped', 'stop dropped']);
});

test('what the API has no word for is left out and named', () => {
  const encoded = encode({
    choices: 2,
    seed: 7,
    frequencyPenalty: 1,
    presencePenalty: 0,
    logprobs: { top: 2 },
    logitBias: { 50: 1 },
    cacheKey: 'k',
    metadata: { user_id: 'u', plan: 'gold' },
    serviceTier: 'flex',
    extra: { 'openai-chat': { store: true }, gemini: { safetySettings: [] } },
  });

  expect(fieldsOf(encoded)).toEqual([
    'n dropped',
    'seed dropped',
    'frequency_penalty dropped',
    'logprobs dropped',
    'logit_bias dropped',
    'prompt_cache_key dropped',
    'metadata.plan dropped',
    'store dropped',
    'safetySettings dropped',
    'service_tier dropped',
  ]);
  expect(Object.keys(encoded.body)).toEqual(['model', 'max_tokens', 'messages', 'metadata', 'stream']);
});

describe('history', () => {
  test('turns of one role are joined, results stand first, and empty text is left out', () => {
    const { body, warnings } = encode({
      messages: [
        said('user', 'Look', 'up'),
        said('assistant', '', call('a'), call('b')),
        said('tool', result('b', 'rain')),
        said('user', 'and?'),
        said('tool', result('a', 'sun', { failed: true })),
        said('assistant', ''),
        said('user', 'so?'),
      ],
    });

    expect(warnings).toEqual([]);
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'text', text: 'up' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Rome' } },
          { type: 'tool_use', id: 'b', name: 'weather', input: { city: 'Rome' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'b', content: 'rain' },
          { type: 'tool_result', tool_use_id: 'a', content: 'sun', is_error: true },
          { type: 'text', text: 'and?' },
          { type: 'text', text: 'so?' },
        ],
      },
    ]);
  });

  test('every call is answered, in its own turn and at the end', () => {
    const encoded = encode({
      messages: [
        said('user', 'Hi'),
        said('assistant', call('a')),
        said('user', 'never mind'),
        said('assistant', call('b')),
      ],
    });

    const missing = (id: string) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: 'No result was given for this call.',
    });
    expect(encoded.body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'user', content: [missing('a'), { type: 'text', text: 'never mind' }] },
      { role: 'assistant' },
      { role: 'user', content: [missing('b')] },
    ]);
    expect(fieldsOf(encoded)).toEqual(['messages[1].tool_calls emulated', 'messages[3].tool_calls emulated']);
  });

  test('ids get the alphabet of the API and are never used twice', () => {
    const { body } = encode({
      messages: [
        said('user', 'Hi'),
        said('assistant', call('call.1'), call('call:1')),
        said('tool', result('call:1', 'second')),
        said('tool', result('call.1', 'first')),
        said('assistant', call('call.1')),
        said('tool', result('call.1', 'third')),
      ],
    });

    expect(body.messages).toMatchObject([
      {},
      { content: [{ id: 'call_1' }, { id: 'call_1_2' }] },
      {
        content: [
          { tool_use_id: 'call_1_2', content: 'second' },
          { tool_use_id: 'call_1', content: 'first' },
        ],
      },
      { content: [{ id: 'call_1_3' }] },
      { content: [{ tool_use_id: 'call_1_3', content: 'third' }] },
    ]);
  });

  test('a result without a call is told as text', () => {
    const encoded = encode({ messages: [said('user', 'Hi'), said('tool', result('gone', '42'))] });

    expect(encoded.body.messages).toMatchObject([{ content: [{}, { text: 'Result of tool call gone: 42' }] }]);
    expect(fieldsOf(encoded)).toEqual(['messages[1].tool_call_id emulated']);
  });

  test('input that is no object is put into one', () => {
    const encoded = encode({
      messages: [said('user', 'Hi'), said('assistant', call('a', ''), call('b', '{"cut'), call('c', '[1]'))],
    });

    expect(encoded.body.messages).toMatchObject([
      {},
      { content: [{ input: {} }, { input: { input: '{"cut' } }, { input: { input: [1] } }] },
      {},
    ]);
    expect(fieldsOf(encoded)).toContain('messages[1].tool_calls approximated');
  });

  test('an instruction amid the conversation becomes text of the user', () => {
    const encoded = encode({ messages: [said('user', 'Hi'), said('developer', 'Speak Latin.')] });

    expect(encoded.body.messages).toMatchObject([{ content: [{}, { text: '<system>\nSpeak Latin.\n</system>' }] }]);
    expect(fieldsOf(encoded)).toEqual(['messages[1] emulated']);
  });

  test('a conversation of instructions alone ends with the last one as the user', () => {
    const { body } = encode({ messages: [said('system', 'A'), said('system', 'B')] });

    expect(body).toMatchObject({ system: [{ text: 'A' }], messages: [{ role: 'user', content: [{ text: 'B' }] }] });
  });

  test('a conversation that begins with the assistant gets a beginning', () => {
    const encoded = encode({ messages: [said('assistant', 'Hello'), said('user', 'Hi')] });

    expect(encoded.body.messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }, { role: 'user' }]);
    expect(fieldsOf(encoded)).toEqual(['messages emulated']);
  });

  test('the beginning of an answer is continued where the model does that, and asked for where not', () => {
    const messages = [said('user', 'Hi'), said('assistant', 'Well, \n')];
    const older = encode({ messages });
    const newer = encode({ messages }, 'claude-opus-4-6');

    expect(older.body.messages).toMatchObject([{}, { content: [{ text: 'Well,' }] }]);
    expect(fieldsOf(older)).toEqual(['messages[1].content approximated']);
    expect(newer.body.messages).toMatchObject([{}, {}, { role: 'user', content: [{ text: 'Continue.' }] }]);
    expect(fieldsOf(newer)).toEqual(['messages[1] emulated']);
  });

  test('a message of thoughts alone is left out', () => {
    const thought: Part = { type: 'reasoning', text: 'Hm', signature: 'S', source: 'anthropic' };
    const encoded = encode({ messages: [said('user', 'Hi'), said('assistant', thought), said('user', 'Well?')] });

    expect(encoded.body.messages).toMatchObject([{ content: [{ text: 'Hi' }, { text: 'Well?' }] }]);
    expect(fieldsOf(encoded)).toEqual(['messages[1] dropped']);
  });
});

describe('parts', () => {
  test('images, files and tool results with images', () => {
    const pdf = Buffer.from('%PDF').toString('base64');
    const { body } = encode({
      messages: [
        said(
          'user',
          { type: 'image', media: { type: 'url', url: 'https://x.test/a.png' } },
          { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'AAAA' } },
          { type: 'file', name: 'a.pdf', media: { type: 'data', mediaType: 'application/pdf', data: pdf } },
          { type: 'file', media: { type: 'data', mediaType: 'text/csv', data: Buffer.from('é,1').toString('base64') } },
          { type: 'file', media: { type: 'url', url: 'https://x.test/b.pdf' } },
          { type: 'file', media: { type: 'id', id: 'file_1' } },
        ),
        said('assistant', call('a')),
        said('tool', {
          type: 'tool-result',
          callId: 'a',
          parts: [
            { type: 'text', text: 'map' },
            { type: 'image', media: { type: 'url', url: 'https://x.test/m.png' } },
          ],
        }),
      ],
    });

    expect(body.messages).toMatchObject([
      {
        content: [
          { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: pdf } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'é,1' } },
          { type: 'document', source: { type: 'url', url: 'https://x.test/b.pdf' } },
          { type: 'document', source: { type: 'file', file_id: 'file_1' } },
        ],
      },
      {},
      { content: [{ type: 'tool_result', content: [{ text: 'map' }, { source: { url: 'https://x.test/m.png' } }] }] },
    ]);
  });

  test('own thoughts go back, those of others stay behind', () => {
    const encoded = encode({
      messages: [
        said('user', 'Hi'),
        said(
          'assistant',
          { type: 'reasoning', text: 'mine', signature: 'S', source: 'anthropic' },
          { type: 'reasoning', text: '', encrypted: 'E', source: 'anthropic' },
          { type: 'reasoning', text: 'theirs', signature: 'G', source: 'gemini' },
          { type: 'reasoning', text: 'unsigned' },
          'Hello',
        ),
        said('user', 'So?'),
      ],
    });

    expect(encoded.body.messages).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: 'mine', signature: 'S' },
          { type: 'redacted_thinking', data: 'E' },
          { type: 'text', text: 'Hello' },
        ],
      },
      {},
    ]);
    expect(fieldsOf(encoded)).toEqual([
      'messages[1].reasoning_details dropped',
      'messages[1].reasoning_content dropped',
    ]);
  });

  test('audio of the user is refused, by the name of its place', () => {
    const audio: Part = { type: 'audio', media: { type: 'data', mediaType: 'audio/wav', data: 'AA' } };

    expect(() => encode({ messages: [said('user', audio)] })).toThrow(
      expect.objectContaining({ code: 'operation_unsupported', status: 400, param: 'messages[0].content' }),
    );
  });

  test('cache marks return to the place they came from', () => {
    const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
    const extra = { anthropic: mark };
    const { body, warnings } = encode({
      messages: [
        { ...said('system', 'A', 'B'), extra },
        said('user', { type: 'text', text: 'long', extra }, 'short'),
        { ...said('assistant', 'x', { type: 'reasoning', text: 't', signature: 's', source: 'anthropic' }), extra },
        said('user', 'y'),
      ],
      tools: [{ type: 'function', name: 'f', extra }],
      extra: { anthropic: mark },
    });

    expect(warnings).toEqual([]);
    expect(body).toMatchObject({
      ...mark,
      system: [{ text: 'A' }, { text: 'B', ...mark }],
      messages: [
        { content: [{ text: 'long', ...mark }, { text: 'short' }] },
        { content: [{ text: 'x', ...mark }, { type: 'thinking' }] },
        {},
      ],
      tools: [{ name: 'f', ...mark }],
    });
  });
});

describe('members of this dialect', () => {
  test('travel on, betas in a header', () => {
    const encoded = encode({
      extra: {
        anthropic: {
          container: 'c',
          context_management: { edits: [] },
          betas: ['a-1', 'b\r\nx: y'],
          metadata: { x: 1 },
        },
        'openai-chat': { mcp_servers: [{ type: 'url' }] },
      },
    });

    expect(encoded.body).toMatchObject({
      container: 'c',
      context_management: { edits: [] },
      mcp_servers: [{ type: 'url' }],
      metadata: { x: 1 },
    });
    expect(encoded.body).not.toHaveProperty('betas');
    expect(encoded.headers).toEqual(['anthropic-beta', 'a-1']);
    expect(fieldsOf(encoded)).toEqual(['betas dropped']);
  });

  test('cannot name another model, another length or other messages', () => {
    const encoded = encode({
      maxTokens: 10,
      extra: { anthropic: { model: 'm', max_tokens: 99, messages: [], stream: true, fallbacks: [{ model: 'm' }] } },
    });

    expect(encoded.body).toMatchObject({ model: PLAIN, max_tokens: 10, stream: false });
    expect(encoded.body).not.toHaveProperty('fallbacks');
    expect(fieldsOf(encoded)).toEqual([
      'model dropped',
      'max_tokens dropped',
      'messages dropped',
      'stream dropped',
      'fallbacks dropped',
    ]);
  });
});

test.each(['system', 'user', 'assistant'] as const)('takes a message of %s with any number of parts', role => {
  const parts = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'a' }) as const);

  expect(() => encode({ messages: [said('user', 'Hi'), said(role, 'b'), { role, parts }] })).not.toThrow();
  expect(() => encode({ messages: [said(role, 'b'), { role, parts }, said('user', 'Hi')] })).not.toThrow();
});
