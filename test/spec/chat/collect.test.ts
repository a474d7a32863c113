import { expect, test } from 'vitest';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import { noUsage } from '../../../src/spec/usage.ts';

const choice = 0;
const partsOf = (...parts: ChatPart[]) => collect(parts).choices.map(collected => collected.parts);

test('deltas that follow each other are one part, in the order in which parts began', () => {
  expect(
    partsOf(
      { type: 'reasoning-delta', choice, text: 'H' },
      { type: 'reasoning-delta', choice, text: 'm' },
      { type: 'text-delta', choice, text: 'a' },
      { type: 'text-delta', choice, text: '' },
      { type: 'text-delta', choice, text: 'b' },
      { type: 'refusal-delta', choice, text: 'No' },
      { type: 'text-delta', choice, text: 'c' },
    ),
  ).toEqual([
    [
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'ab' },
      { type: 'refusal', text: 'No' },
      { type: 'text', text: 'c' },
    ],
  ]);
});

test('a proof ends its thought, and stands alone where no thought is shown', () => {
  expect(
    partsOf(
      { type: 'reasoning-delta', choice, text: 'one' },
      { type: 'reasoning-proof', choice, source: 's', signature: '1' },
      { type: 'reasoning-delta', choice, text: 'two' },
      { type: 'reasoning-proof', choice, source: 's', signature: '2' },
      { type: 'reasoning-proof', choice, source: 's', encrypted: '3' },
    ),
  ).toEqual([
    [
      { type: 'reasoning', text: 'one', source: 's', signature: '1' },
      { type: 'reasoning', text: 'two', source: 's', signature: '2' },
      { type: 'reasoning', text: '', source: 's', encrypted: '3' },
    ],
  ]);
});

test('a citation belongs to the text it came with', () => {
  const citation = { url: 'https://a.b' };

  expect(partsOf({ type: 'text-delta', choice, text: 'a' }, { type: 'citation', choice, citation })).toEqual([
    [{ type: 'text', text: 'a', citations: [citation] }],
  ]);
  expect(partsOf({ type: 'citation', choice, citation }, { type: 'text-delta', choice, text: 'a' })).toEqual([
    [{ type: 'text', text: 'a', citations: [citation] }],
  ]);
});

test('input finds its call, also where several are written at once', () => {
  expect(
    partsOf(
      { type: 'tool-input-start', choice, index: 0, id: 'a', name: 'f' },
      { type: 'tool-input-start', choice, index: 1, id: 'b', name: 'g' },
      { type: 'tool-input-delta', choice, index: 0, text: '{' },
      { type: 'tool-input-delta', choice, index: 1, text: '[' },
      { type: 'tool-input-delta', choice, index: 0, text: '}' },
    ),
  ).toEqual([
    [
      { type: 'tool-call', id: 'a', name: 'f', input: '{}' },
      { type: 'tool-call', id: 'b', name: 'g', input: '[' },
    ],
  ]);
});

test('input without a call is an error', () => {
  expect(() => partsOf({ type: 'tool-input-delta', choice, index: 3, text: '{' })).toThrow(TypeError);
});

test('an answer has its head, its choices by index, its count and its error', () => {
  const usage = { ...noUsage, input: 1, output: 2 };
  const error = { cause: 'server', message: 'Broken', type: null, code: null } as const;

  expect(
    collect([
      { type: 'start', id: 'x', model: 'm', createdSeconds: 1 },
      { type: 'text-delta', choice: 1, text: 'b' },
      { type: 'text-delta', choice: 0, text: 'a' },
      { type: 'finish', choice: 0, reason: 'other', raw: 'tired' },
      { type: 'usage', usage },
      { type: 'error', error },
    ]),
  ).toEqual({
    id: 'x',
    model: 'm',
    createdSeconds: 1,
    choices: [
      { index: 0, parts: [{ type: 'text', text: 'a' }], logprobs: [], finish: 'other', raw: 'tired' },
      { index: 1, parts: [{ type: 'text', text: 'b' }], logprobs: [], finish: null },
    ],
    usage,
    flags: '',
    error,
  });
});

test('why there is no count is kept', () => {
  expect(collect([{ type: 'usage', usage: null, flags: 'usage_implausible' }])).toMatchObject({
    usage: null,
    flags: 'usage_implausible',
  });
});
