import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatEncoder, encodeAnswer, toNeutral } from '../../../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import type { ChatPart } from '../../../../../src/spec/chat/chat-stream.ts';
import { collect } from '../../../../../src/spec/chat/collect.ts';
import { serverEvents } from '../../../../support/server-events.ts';

const head = { id: 'chatcmpl-1', model: 'm', createdSeconds: 1 };
const text = (said: string): ChatPart => ({ type: 'text-delta', choice: 0, text: said });
const own = (value: Readonly<Record<string, unknown>>, dialect = 'anthropic'): ChatPart => ({
  type: 'provider-part',
  choice: 0,
  dialect,
  value,
});
const thought: readonly ChatPart[] = [
  { type: 'reasoning-delta', choice: 0, text: 'hm' },
  { type: 'reasoning-proof', choice: 0, source: 'anthropic', signature: 'S' },
];
const finish: ChatPart = { type: 'finish', choice: 0, reason: 'stop' };

const whole = (parts: readonly ChatPart[]) =>
  JSON.parse(encodeAnswer(collect(parts), head).toString()).choices[0].message as Record<string, unknown>;

/** The deltas of a stream, put together by a client that keeps the last of what is no text. */
function streamed(parts: readonly ChatPart[]): Record<string, unknown> {
  const encoder = chatEncoder({ ...head, includeUsage: false });
  const message: Record<string, unknown> = {};
  const bytes = parts.map(part => encoder.push([part])?.toString() ?? '').join('');
  for (const { data } of serverEvents(bytes)) {
    for (const [name, value] of Object.entries(JSON.parse(data).choices[0].delta as object)) {
      message[name] = typeof value === 'string' && name !== 'role' ? `${message[name] ?? ''}${value}` : value;
    }
  }
  return message;
}

const sentBack = (message: unknown) =>
  toNeutral({ model: 'm', messages: [{ role: 'user', content: 'hi' }, message] }).request.messages[1]!.parts;

describe('parts of other dialects', () => {
  const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'x' } };
  const found = { type: 'web_search_tool_result', tool_use_id: 's', content: [] };
  const parts = [...thought, text('Let me '), text('look.'), own(search), own(found), text(' At noon 🌍'), finish];

  test('reach the client in `provider_parts`, whole and streamed alike', () => {
    const expected = [
      { dialect: 'anthropic', after: { text: 12, thoughts: 1 }, value: search },
      { dialect: 'anthropic', after: { text: 12, thoughts: 1 }, value: found },
    ];
    expect(whole(parts).provider_parts).toEqual(expected);
    expect(streamed(parts).provider_parts).toEqual(expected);
  });

  test('come back to the place where they stood when the client sends its message back', () => {
    for (const message of [whole(parts), streamed(parts)]) {
      expect(sentBack(message)).toEqual([
        { type: 'reasoning', text: 'hm', signature: 'S', source: 'anthropic' },
        { type: 'text', text: 'Let me look.' },
        { type: 'provider-part', dialect: 'anthropic', value: search },
        { type: 'provider-part', dialect: 'anthropic', value: found },
        { type: 'text', text: ' At noon 🌍' },
      ]);
    }
  });

  test('keep their places among any texts and thoughts', () => {
    const said = fc.oneof(
      fc.string({ minLength: 1, maxLength: 6 }).map(text),
      fc.integer({ min: 0, max: 9 }).map(value => own({ value }, 'gemini')),
    );
    fc.assert(
      fc.property(fc.array(said, { maxLength: 8 }), generated => {
        const parts = [...thought, ...generated];
        const expected = collect(parts).choices[0]!.parts;
        expect(sentBack(whole([...parts, finish]))).toEqual(expected);
        expect(sentBack(streamed([...parts, finish]))).toEqual(expected);
      }),
    );
  });

  test.each([
    [{}, 'messages[1].provider_parts'],
    [[1], 'messages[1].provider_parts[0]'],
    [[{ value: {} }], 'messages[1].provider_parts[0].dialect'],
    [[{ dialect: 'gemini' }], 'messages[1].provider_parts[0].value'],
    [[{ dialect: 'gemini', value: {}, after: { text: 'x' } }], 'messages[1].provider_parts[0].after.text'],
  ])('of another form are refused by their place: %j', (provider_parts, field) => {
    expect(() => sentBack({ role: 'assistant', content: 'x', provider_parts })).toThrow(field);
  });

  test('that say a place behind the end stand there', () => {
    const entry = { dialect: 'gemini', value: { a: 1 }, after: { text: 99, thoughts: 9 } };
    expect(
      sentBack({ role: 'assistant', content: 'x', provider_parts: [entry, { ...entry, after: { text: -1 } }] }),
    ).toEqual([
      { type: 'text', text: 'x' },
      { type: 'provider-part', dialect: 'gemini', value: { a: 1 } },
      { type: 'provider-part', dialect: 'gemini', value: { a: 1 } },
    ]);
  });
});
