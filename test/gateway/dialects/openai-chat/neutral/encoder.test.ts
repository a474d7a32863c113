import { describe, expect, test } from 'vitest';
import { chatEncoder, encodeAnswer } from '../../../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import type { ChatPart } from '../../../../../src/spec/chat/chat-stream.ts';
import { collect } from '../../../../../src/spec/chat/collect.ts';
import { noUsage } from '../../../../../src/spec/usage.ts';
import { serverEvents } from '../../../../support/server-events.ts';

const head = { id: 'chatcmpl-1', model: 'm', createdSeconds: 7 };
const usage = { ...noUsage, input: 10, cacheRead: 5, cacheWrite5m: 2, cacheWrite1h: 1, output: 3, reasoning: 4 };
const usageJson = {
  prompt_tokens: 18,
  completion_tokens: 7,
  total_tokens: 25,
  prompt_tokens_details: { cached_tokens: 5, audio_tokens: 0, cache_write_tokens: 3 },
  completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 0 },
};

const answer: readonly ChatPart[] = [
  { type: 'start', id: 'theirs', model: 'theirs' },
  { type: 'reasoning-delta', choice: 0, text: 'Hm' },
  { type: 'reasoning-delta', choice: 0, text: 'm.' },
  { type: 'reasoning-proof', choice: 0, source: 'anthropic', signature: 'c2ln' },
  { type: 'text-delta', choice: 0, text: 'See' },
  { type: 'citation', choice: 0, citation: { url: 'https://a.b', title: 'A', quote: 'q', start: 0, end: 3 } },
  { type: 'tool-input-start', choice: 0, index: 0, id: 'call_1', name: 'f', signature: 'Z2Vt', source: 'gemini' },
  { type: 'tool-input-delta', choice: 0, index: 0, text: '{}' },
  { type: 'finish', choice: 0, reason: 'tool-calls' },
  { type: 'usage', usage },
];

const details = [
  { type: 'reasoning.text', text: 'Hmm.', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 },
  { type: 'reasoning.encrypted', data: 'Z2Vt', id: 'call_1', format: 'google-gemini-v1', index: 1 },
];
const annotation = {
  type: 'url_citation',
  url_citation: { start_index: 0, end_index: 3, title: 'A', url: 'https://a.b', content: 'q' },
};
const extra_content = { google: { thought_signature: 'Z2Vt' } };

interface Chunk {
  readonly id: string;
  readonly choices: readonly { readonly delta: unknown; readonly finish_reason: string | null }[];
}

function chunksOf(parts: readonly ChatPart[], options: Partial<Parameters<typeof chatEncoder>[0]> = {}) {
  const bytes = chatEncoder({ ...head, includeUsage: false, ...options }).push(parts);
  return serverEvents(bytes?.toString() ?? '').map(({ data }): Chunk => JSON.parse(data));
}

const deltasOf = (...args: Parameters<typeof chunksOf>) =>
  chunksOf(...args).flatMap(({ choices }) => choices.map(({ delta, finish_reason }) => finish_reason ?? delta));

describe('a stream', () => {
  test('tells thoughts, text and calls as they come, and proofs and annotations before the finish', () => {
    expect(deltasOf(answer)).toEqual([
      { role: 'assistant', content: null, reasoning_content: 'Hm' },
      { reasoning_content: 'm.' },
      { content: 'See' },
      {
        tool_calls: [
          { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' }, extra_content },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      { annotations: [annotation] },
      { reasoning_details: details },
      'tool_calls',
    ]);
  });

  test('has one id, model and time in all chunks, ours', () => {
    for (const chunk of chunksOf(answer, { includeUsage: true })) {
      expect(chunk).toMatchObject({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 7, model: 'm' });
    }
  });

  test('counts only when asked, once, at the end, with the cost', () => {
    const chunks = chunksOf(answer, { includeUsage: true, costOf: () => '0.00125' });

    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { ...usageJson, cost: 0.00125 } });
    expect(chunks.slice(0, -1).every(chunk => 'usage' in chunk && chunk.usage === null)).toBe(true);
    expect(chunksOf(answer).some(chunk => 'usage' in chunk)).toBe(false);
    expect(chunksOf(answer, { includeUsage: true, costOf: () => null }).at(-1)).toMatchObject({
      usage: { cost: null },
    });
  });

  test('says nothing of a count that nobody believes', () => {
    expect(chunksOf([{ type: 'usage', usage: null, flags: 'usage_implausible' }], { includeUsage: true })).toEqual([]);
  });

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool-calls', 'tool_calls'],
    ['content-filter', 'content_filter'],
    ['refusal', 'content_filter'],
    ['other', 'stop'],
  ] as const)('ends %s as %s', (reason, word) => {
    expect(deltasOf([{ type: 'finish', choice: 0, reason }])).toEqual([word]);
  });

  test('with calls that ended as a plain stop ends for the calls', () => {
    const call: ChatPart = { type: 'tool-input-start', choice: 0, index: 0, id: 'a', name: 'f' };

    expect(deltasOf([call, { type: 'finish', choice: 0, reason: 'stop' }]).at(-1)).toBe('tool_calls');
  });

  test('for a client of the older functions has one call, without an id', () => {
    const second: ChatPart = { type: 'tool-input-start', choice: 0, index: 1, id: 'b', name: 'g' };
    const calls = answer.filter(part => part.type.startsWith('tool-') && !('signature' in part));
    const first: ChatPart = { type: 'tool-input-start', choice: 0, index: 0, id: 'a', name: 'f' };
    const parts: ChatPart[] = [first, ...calls, second, { type: 'finish', choice: 0, reason: 'tool-calls' }];

    expect(deltasOf(parts, { legacyFunctions: true })).toEqual([
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '' } },
      { function_call: { arguments: '{}' } },
      'function_call',
    ]);
  });

  test('tells what came after the finish at the latest with the count', () => {
    const late: ChatPart[] = [
      { type: 'finish', choice: 0, reason: 'stop' },
      { type: 'citation', choice: 0, citation: { url: 'https://a.b', title: 'A', quote: 'q', start: 0, end: 3 } },
      { type: 'usage', usage: null },
    ];

    expect(deltasOf(late)).toEqual(['stop', { annotations: [annotation] }]);
  });

  test('passes parts of its own on, and tells those of other dialects with their places before the finish', () => {
    const part = { type: 'provider-part', choice: 0 } as const;
    const value = { audio: { id: 'a', data: 'UklG' } };
    const code = { executableCode: { language: 'PYTHON', code: '1' } };
    const finish: ChatPart = { type: 'finish', choice: 0, reason: 'stop' };

    expect(deltasOf([{ ...part, dialect: 'openai-chat', value }])).toMatchObject([value]);
    const said: ChatPart[] = [
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { ...part, dialect: 'gemini', value: code },
    ];
    expect(deltasOf([...said, finish])).toMatchObject([
      { content: 'Hi' },
      { provider_parts: [{ dialect: 'gemini', after: { text: 2, thoughts: 0 }, value: code }] },
      'stop',
    ]);
  });

  test.each(['\n\ndata: [DONE]\n\nevent: error\ndata: {}\n\n', '\r\rdata: x', '\u2028\u2029\u0085', '\0"\\'])(
    'P4: the text %j stays a text, wherever it stands',
    text => {
      const parts: ChatPart[] = [
        { type: 'text-delta', choice: 0, text },
        { type: 'reasoning-delta', choice: 0, text },
        { type: 'tool-input-start', choice: 0, index: 0, id: text, name: text },
        { type: 'tool-input-delta', choice: 0, index: 0, text },
      ];
      const events = serverEvents(
        chatEncoder({ ...head, includeUsage: false })
          .push(parts)!
          .toString(),
      );

      expect(events.map(({ type }) => type)).toEqual(['message', 'message', 'message', 'message']);
      expect(deltasOf(parts)).toEqual([
        { role: 'assistant', content: text },
        { reasoning_content: text },
        { tool_calls: [{ index: 0, id: text, type: 'function', function: { name: text, arguments: '' } }] },
        { tool_calls: [{ index: 0, function: { arguments: text } }] },
      ]);
    },
  );
});

describe('a whole answer', () => {
  const whole = (parts: readonly ChatPart[], legacyFunctions = false) =>
    JSON.parse(encodeAnswer(collect(parts), { ...head, legacyFunctions }).toString());
  const messageOf = (parts: readonly ChatPart[]) => whole(parts).choices[0].message;

  test('says everything', () => {
    expect(whole(answer)).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 7,
      model: 'm',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'See',
            refusal: null,
            reasoning_content: 'Hmm.',
            reasoning_details: details,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content }],
            annotations: [annotation],
          },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage: usageJson,
    });
  });

  test('has no content where there are only calls, and the empty one where there is nothing', () => {
    const call: ChatPart = { type: 'tool-input-start', choice: 0, index: 0, id: 'a', name: 'f' };

    expect(messageOf([call])).toMatchObject({ content: null });
    expect(messageOf([{ type: 'refusal-delta', choice: 0, text: 'No.' }])).toMatchObject({
      content: null,
      refusal: 'No.',
    });
    expect(messageOf([{ type: 'finish', choice: 0, reason: 'stop' }])).toEqual({
      role: 'assistant',
      content: '',
      refusal: null,
    });
  });

  test('has no details where no thought is proven', () => {
    expect(messageOf([{ type: 'reasoning-delta', choice: 0, text: 'Hm' }])).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      reasoning_content: 'Hm',
    });
  });

  test('puts sound that came in pieces together', () => {
    const sound = (value: object): ChatPart => ({
      type: 'provider-part',
      choice: 0,
      dialect: 'openai-chat',
      value: { audio: { id: 'a', ...value } },
    });

    expect(messageOf([sound({ data: 'AA' }), sound({ data: 'BB', transcript: 'Hi' })])).toMatchObject({
      content: null,
      audio: { id: 'a', data: 'AABB', transcript: 'Hi' },
    });
  });

  test('for a client of the older functions has a function call', () => {
    const { message, finish_reason } = whole(answer, true).choices[0];

    expect(message).toMatchObject({ function_call: { name: 'f', arguments: '{}' } });
    expect(message).not.toHaveProperty('tool_calls');
    expect(finish_reason).toBe('function_call');
  });

  test('keeps the log probabilities of all its pieces', () => {
    const logprobs = (token: string): ChatPart => ({
      type: 'logprobs',
      choice: 0,
      value: { content: [{ token }], refusal: null },
    });

    expect(whole([logprobs('a'), logprobs('b')]).choices[0].logprobs).toEqual({
      content: [{ token: 'a' }, { token: 'b' }],
      refusal: null,
    });
  });
});
