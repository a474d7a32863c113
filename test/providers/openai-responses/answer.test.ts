import { describe, expect, test } from 'vitest';
import { responsesChat } from '../../../providers/openai-responses/index.ts';
import { answer, decode, message, response } from './codec.ts';

const text = (words: string, members: object = {}) => ({
  type: 'output_text',
  text: words,
  annotations: [],
  logprobs: [],
  ...members,
});
const cited = (start: number, end: number) => ({
  type: 'url_citation',
  url: 'https://a.example',
  title: 'A',
  start_index: start,
  end_index: end,
});

describe('a whole answer', () => {
  test('is its items in their order', () => {
    const parts = answer([
      { type: 'reasoning', id: 'rs_1', summary: [{ text: 'One' }, { text: 'Two' }], encrypted_content: 'E' },
      { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'q' } },
      message(text('Hello'), text(' you', { annotations: [cited(1, 4)] })),
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"a":1}', namespace: 'n' },
      { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_2', name: 'free', input: 'text' },
    ]);
    expect(parts).toEqual([
      { type: 'start', id: 'resp_1', model: 'm', createdSeconds: 1 },
      { type: 'reasoning-delta', choice: 0, text: 'One' },
      { type: 'reasoning-delta', choice: 0, text: '\n\n' },
      { type: 'reasoning-delta', choice: 0, text: 'Two' },
      { type: 'reasoning-proof', choice: 0, source: 'openai-responses', encrypted: 'E', id: 'rs_1' },
      {
        type: 'provider-part',
        choice: 0,
        dialect: 'openai-responses',
        value: { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'q' } },
      },
      { type: 'text-delta', choice: 0, text: 'Hello' },
      { type: 'text-delta', choice: 0, text: ' you' },
      // Places count from the beginning of the answer.
      { type: 'citation', choice: 0, citation: { url: 'https://a.example', title: 'A', start: 6, end: 9 } },
      {
        type: 'tool-input-start',
        choice: 0,
        index: 0,
        id: 'call_1',
        name: 'look',
        extra: { 'openai-responses': { namespace: 'n' } },
      },
      { type: 'tool-input-delta', choice: 0, index: 0, text: '{"a":1}' },
      { type: 'tool-input-start', choice: 0, index: 1, id: 'call_2', name: 'free', custom: true },
      { type: 'tool-input-delta', choice: 0, index: 1, text: 'text' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      {
        type: 'usage',
        usage: expect.objectContaining({ input: 5, cacheRead: 4, output: 2, reasoning: 5, serverToolCalls: 1 }),
      },
    ]);
  });

  test.each([
    ['max_output_tokens', { reason: 'length' }],
    ['content_filter', { reason: 'content-filter' }],
    ['steered', { reason: 'other', raw: 'steered' }],
  ])('that is incomplete for %s has ended so', (reason, ending) => {
    const members = { status: 'incomplete', incomplete_details: { reason } };
    expect(answer([message(text('Hel'))], members)).toContainEqual({ type: 'finish', choice: 0, ...ending });
  });

  test('has refusals and log probabilities', () => {
    const logprobs = [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }];
    const parts = answer([message({ type: 'refusal', refusal: 'No.' }, text('a', { logprobs }))]);
    expect(parts).toContainEqual({ type: 'refusal-delta', choice: 0, text: 'No.' });
    expect(parts).toContainEqual({ type: 'logprobs', choice: 0, value: { content: logprobs } });
  });

  test('that failed is an error with its cause', () => {
    const error = { code: 'rate_limit_exceeded', message: 'Slow down' };
    expect(answer([], { status: 'failed', error })).toContainEqual({
      type: 'error',
      error: { cause: 'rate_limit', message: 'Slow down', type: null, code: 'rate_limit_exceeded' },
    });
  });

  test.each([null, [], 'x', {}, { output: {} }, response([], { status: 'queued' })])('cannot be %j', body => {
    expect(() => responsesChat().fromProvider(body)).toThrow(TypeError);
  });
});

const created = { type: 'response.created', response: response([], { status: 'in_progress', usage: null }) };

describe('a stream', () => {
  test('says once what deltas and whole items both say', () => {
    const item = message(text('Hello', { annotations: [cited(0, 5)] }));
    const { parts, complete, ended } = decode([
      created,
      { type: 'response.output_item.added', output_index: 0, item: message() },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hel' },
      { type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation: cited(0, 5) },
      { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Hello' },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: response([item]) },
    ]);
    expect(parts.filter(({ type }) => type === 'text-delta' || type === 'citation')).toEqual([
      { type: 'text-delta', choice: 0, text: 'Hel' },
      { type: 'citation', choice: 0, citation: { url: 'https://a.example', title: 'A', start: 0, end: 5 } },
      { type: 'text-delta', choice: 0, text: 'lo' },
    ]);
    expect([complete, ended]).toEqual([true, true]);
  });

  test('keeps the parts of one thought apart, and ends it with its proof', () => {
    const delta = (index: number, words: string) => ({
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      summary_index: index,
      delta: words,
    });
    const item = { type: 'reasoning', id: 'rs_1', summary: [{ text: 'One' }, { text: 'Two' }], encrypted_content: 'E' };
    const { parts } = decode([
      created,
      delta(0, 'O'),
      delta(0, 'ne'),
      delta(1, 'Two'),
      { type: 'response.output_item.done', output_index: 0, item },
    ]);
    expect(parts.flatMap(part => (part.type === 'reasoning-delta' ? [part.text] : [])).join('')).toBe('One\n\nTwo');
    expect(parts.at(-2)).toEqual({
      type: 'reasoning-proof',
      choice: 0,
      source: 'openai-responses',
      encrypted: 'E',
      id: 'rs_1',
    });
  });

  test('names a call when its item begins, and writes its input as it comes', () => {
    const item = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '' };
    const delta = { type: 'response.function_call_arguments.delta', output_index: 0 };
    const { parts } = decode([
      { type: 'response.output_item.added', output_index: 0, item },
      { ...delta, delta: '{"a"' },
      { ...delta, delta: ':1}' },
      { type: 'response.output_item.done', output_index: 0, item: { ...item, arguments: '{"a":1}' } },
    ]);
    expect(parts.slice(0, -1)).toEqual([
      { type: 'tool-input-start', choice: 0, index: 0, id: 'call_1', name: 'look' },
      { type: 'tool-input-delta', choice: 0, index: 0, text: '{"a"' },
      { type: 'tool-input-delta', choice: 0, index: 0, text: ':1}' },
    ]);
  });

  test.each([
    { type: 'error', code: 'server_error', message: 'Oh', param: null },
    { type: 'error', error: { type: 'server_error', code: 'server_error', message: 'Oh' } },
    {
      type: 'response.failed',
      response: response([], { status: 'failed', error: { code: 'server_error', message: 'Oh' } }),
    },
    { error: { code: 'server_error', message: 'Oh' } },
  ])('that breaks off with $type is not complete', event => {
    const { parts, complete } = decode([created, event]);
    expect(parts).toContainEqual({
      type: 'error',
      error: expect.objectContaining({ cause: 'server', message: 'Oh', code: 'server_error' }),
    });
    expect(complete).toBe(false);
  });

  test('that is cut is not complete, and one that ended hears nothing more', () => {
    const delta = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'x' };
    expect(decode([created, delta]).complete).toBe(false);
    const { parts } = decode([{ type: 'response.completed', response: response([]) }, delta]);
    expect(parts.map(({ type }) => type)).toEqual(['start', 'finish', 'usage']);
  });

  test('cannot hold what is no object', () => {
    expect(() => responsesChat().decoder().read({ type: 'message', data: '[]' })).toThrow(TypeError);
    expect(() => responsesChat().decoder().read({ type: 'message', data: '{' })).toThrow(SyntaxError);
  });
});
