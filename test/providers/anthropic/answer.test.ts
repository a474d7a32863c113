import { describe, expect, test } from 'vitest';
import { anthropicChat } from '../../../providers/anthropic/index.ts';
import { answer, decode } from './codec.ts';

const start = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', usage: { input_tokens: 9, output_tokens: 1 } },
};
const stop = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } },
  { type: 'message_stop' },
];
const block = (index: number, content_block: object, ...deltas: readonly object[]) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map(delta => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

describe('a whole answer', () => {
  test('in parts', () => {
    const parts = answer(
      [
        { type: 'thinking', thinking: 'Hm.', signature: 'S' },
        { type: 'redacted_thinking', data: 'E' },
        { type: 'text', text: 'Look: ' },
        { type: 'tool_use', id: 't1', name: 'a_x2e_b', input: { x: 1 }, caller: { type: 'direct' } },
        { type: 'tool_use', id: 't2', name: 'g', input: {}, caller: { type: 'code_execution_20260120', tool_id: 'c' } },
      ],
      { stop_reason: 'tool_use', usage: { input_tokens: 5, output_tokens: 7 } },
    );

    expect(parts).toEqual([
      { type: 'start', id: 'msg_1', model: 'm' },
      { type: 'reasoning-delta', choice: 0, text: 'Hm.' },
      { type: 'reasoning-proof', choice: 0, source: 'anthropic', signature: 'S' },
      { type: 'reasoning-proof', choice: 0, source: 'anthropic', encrypted: 'E' },
      { type: 'text-delta', choice: 0, text: 'Look: ' },
      { type: 'tool-input-start', choice: 0, index: 0, id: 't1', name: 'a.b' },
      { type: 'tool-input-delta', choice: 0, index: 0, text: '{"x":1}' },
      {
        type: 'tool-input-start',
        choice: 0,
        index: 1,
        id: 't2',
        name: 'g',
        extra: { anthropic: { caller: { type: 'code_execution_20260120', tool_id: 'c' } } },
      },
      { type: 'tool-input-delta', choice: 0, index: 1, text: '{}' },
      { type: 'finish', choice: 0, reason: 'tool-calls' },
      { type: 'usage', usage: expect.objectContaining({ input: 5, output: 7 }) },
    ]);
  });

  test('citations know the stretch of text they belong to', () => {
    const web = {
      type: 'web_search_result_location',
      url: 'https://x.test',
      title: 'X',
      cited_text: 'q',
      encrypted_index: 'i',
    };
    const page = { type: 'page_location', document_title: 'D', cited_text: 'p', start_page_number: 1 };
    const parts = answer([
      { type: 'text', text: 'So ' },
      { type: 'text', text: 'it is', citations: [web, page] },
    ]);

    expect(parts.filter(part => part.type === 'citation').map(({ citation }) => citation)).toEqual([
      { url: 'https://x.test', title: 'X', quote: 'q', start: 3, end: 8, extra: { anthropic: web } },
      { title: 'D', quote: 'p', start: 3, end: 8, extra: { anthropic: page } },
    ]);
  });

  test('tools of the server are kept as they are', () => {
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'x' } };
    const found = { type: 'web_search_tool_result', tool_use_id: 's', content: [] };

    expect(answer([search, found]).filter(part => part.type === 'provider-part')).toEqual([
      { type: 'provider-part', choice: 0, dialect: 'anthropic', value: search },
      { type: 'provider-part', choice: 0, dialect: 'anthropic', value: found },
    ]);
  });

  test('JSON that came through the tool for it is text', () => {
    const parts = answer([{ type: 'tool_use', id: 't', name: 'answer_in_json', input: { a: 1 } }], {
      stop_reason: 'tool_use',
    });

    expect(parts).toContainEqual({ type: 'text-delta', choice: 0, text: '{"a":1}' });
    expect(parts).toContainEqual({ type: 'finish', choice: 0, reason: 'stop' });
    expect(parts.some(part => part.type === 'tool-input-start')).toBe(false);
  });

  test.each([
    ['end_turn', { reason: 'stop' }],
    ['stop_sequence', { reason: 'stop', raw: 'stop_sequence' }],
    ['pause_turn', { reason: 'stop', raw: 'pause_turn' }],
    ['max_tokens', { reason: 'length' }],
    ['model_context_window_exceeded', { reason: 'length', raw: 'model_context_window_exceeded' }],
    ['tool_use', { reason: 'tool-calls' }],
    ['refusal', { reason: 'refusal' }],
    ['constructor', { reason: 'other', raw: 'constructor' }],
  ])('ends by %s', (stop_reason, finish) => {
    expect(answer([], { stop_reason })).toContainEqual({ type: 'finish', choice: 0, ...finish });
  });

  test('a refusal tells its reason', () => {
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'No.' };

    expect(answer([], { stop_reason: 'refusal', stop_details })).toContainEqual({
      type: 'refusal-delta',
      choice: 0,
      text: 'No.',
    });
  });

  test('that is none is refused', () => {
    expect(() => anthropicChat.fromProvider({ choices: [] })).toThrow(TypeError);
    expect(() => anthropicChat.fromProvider('no')).toThrow(TypeError);
    expect(anthropicChat.fromProvider({ type: 'error', error: { type: 'overloaded_error', message: 'Busy' } })).toEqual(
      [{ type: 'error', error: { cause: 'overloaded', message: 'Busy', type: 'overloaded_error', code: null } }],
    );
  });
});

describe('a stream', () => {
  test('gives the same parts as the whole answer, in pieces', () => {
    const { parts, complete, ended } = decode([
      start,
      { type: 'ping' },
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'Hm' },
        { type: 'thinking_delta', thinking: '' },
        { type: 'signature_delta', signature: 'S' },
      ),
      ...block(1, { type: 'redacted_thinking', data: 'E' }),
      ...block(
        2,
        { type: 'text', text: '', citations: [] },
        { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'q', document_title: 'D' } },
        { type: 'text_delta', text: 'It is' },
      ),
      ...block(
        3,
        { type: 'tool_use', id: 't', name: 'f', input: {} },
        { type: 'input_json_delta', partial_json: '' },
        { type: 'input_json_delta', partial_json: '{"a"' },
        { type: 'input_json_delta', partial_json: ':1}' },
      ),
      { type: 'from_the_future', index: 4 },
      ...stop,
    ]);

    expect({ complete, ended }).toEqual({ complete: true, ended: true });
    expect(parts).toEqual([
      { type: 'start', id: 'msg_1', model: 'm' },
      { type: 'reasoning-delta', choice: 0, text: 'Hm' },
      { type: 'reasoning-proof', choice: 0, source: 'anthropic', signature: 'S' },
      { type: 'reasoning-proof', choice: 0, source: 'anthropic', encrypted: 'E' },
      { type: 'text-delta', choice: 0, text: 'It is' },
      { type: 'citation', choice: 0, citation: expect.objectContaining({ title: 'D', quote: 'q', start: 0, end: 5 }) },
      { type: 'tool-input-start', choice: 0, index: 0, id: 't', name: 'f' },
      { type: 'tool-input-delta', choice: 0, index: 0, text: '{"a"' },
      { type: 'tool-input-delta', choice: 0, index: 0, text: ':1}' },
      { type: 'finish', choice: 0, reason: 'stop' },
      { type: 'usage', usage: expect.objectContaining({ input: 9, output: 4 }) },
    ]);
  });

  test('may bring the input of a tool whole, or none at all', () => {
    const { parts } = decode([
      start,
      ...block(0, { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }),
      ...block(1, { type: 'tool_use', id: 'b', name: 'f', input: {} }, { type: 'input_json_delta', partial_json: '' }),
      ...stop,
    ]);

    expect(parts.filter(part => part.type === 'tool-input-delta').map(({ index, text }) => [index, text])).toEqual([
      [0, '{"x":1}'],
      [1, '{}'],
    ]);
  });

  test('puts the tools of the server together', () => {
    const { parts } = decode([
      start,
      ...block(
        0,
        { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
        { type: 'input_json_delta', partial_json: '{"query":' },
        { type: 'input_json_delta', partial_json: '"x"}' },
      ),
      ...block(1, { type: 'compaction', content: null }, { type: 'compaction_delta', content: 'Sum' }),
      ...stop,
    ]);

    expect(parts.filter(part => part.type === 'provider-part').map(({ value }) => value)).toEqual([
      { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'x' } },
      { type: 'compaction', content: 'Sum' },
    ]);
  });

  test('ends with the error that the provider names, and is not whole', () => {
    const { parts, complete } = decode([
      start,
      { type: 'error', error: { type: 'overloaded_error', message: 'Busy' } },
    ]);

    expect(parts.at(-1)).toEqual({
      type: 'error',
      error: { cause: 'overloaded', message: 'Busy', type: 'overloaded_error', code: null },
    });
    expect(complete).toBe(false);
  });

  test('is whole without its last event once it has a reason to stop, and not before', () => {
    const text = block(0, { type: 'text', text: 'Hi' });

    expect(decode([start, ...text]).complete).toBe(false);
    expect(decode([start, ...text]).parts.some(part => part.type === 'finish')).toBe(false);
    expect(decode([start, ...text, stop[0]])).toMatchObject({ complete: true, ended: false });
    expect(decode([start, ...text, stop[0]]).parts.at(-2)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  test('that is malformed throws', () => {
    expect(() => decode(['{"type":'])).toThrow(SyntaxError);
    expect(() => decode(['[1]'])).toThrow(TypeError);
  });
});
