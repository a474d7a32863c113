import { describe, expect, test } from 'vitest';
import type { Part, ToolCallPart } from '../../../src/spec/chat/parts.ts';
import { encode, fieldsOf, LLAMA, NOVA, said } from './codec.ts';

const tools = [{ type: 'function' as const, name: 'weather' }];
const call = (id: string, input = '{"city":"Rome"}', name = 'weather'): ToolCallPart => ({
  type: 'tool-call',
  id,
  name,
  input,
});
const result = (callId: string, text: string, more: object = {}): Part => ({
  type: 'tool-result',
  callId,
  parts: text === '' ? [] : [{ type: 'text', text }],
  ...more,
});

test('turns alternate: what one role says in a row is one turn', () => {
  const { body } = encode({
    messages: [
      said('user', 'One'),
      said('user', 'Two'),
      said('assistant', 'A'),
      said('assistant', 'B'),
      said('user', 'C'),
    ],
  });

  expect(body.messages).toEqual([
    { role: 'user', content: [{ text: 'One' }, { text: 'Two' }] },
    { role: 'assistant', content: [{ text: 'A' }, { text: 'B' }] },
    { role: 'user', content: [{ text: 'C' }] },
  ]);
});

test('results of parallel calls stand together, first in the turn that follows', () => {
  const { body, warnings } = encode({
    messages: [
      said('user', 'Hi'),
      said('assistant', 'Looking.', call('a'), call('b', '')),
      said('tool', result('b', 'wet')),
      said('tool', result('a', 'dry', { failed: true })),
      said('user', 'So?'),
    ],
    tools,
  });

  expect(body.messages).toEqual([
    { role: 'user', content: [{ text: 'Hi' }] },
    {
      role: 'assistant',
      content: [
        { text: 'Looking.' },
        { toolUse: { toolUseId: 'a', name: 'weather', input: { city: 'Rome' } } },
        { toolUse: { toolUseId: 'b', name: 'weather', input: {} } },
      ],
    },
    {
      role: 'user',
      content: [
        { toolResult: { toolUseId: 'b', content: [{ text: 'wet' }] } },
        { toolResult: { toolUseId: 'a', content: [{ text: 'dry' }], status: 'error' } },
        { text: 'So?' },
      ],
    },
  ]);
  expect(warnings).toEqual([]);
});

test('that a tool failed is told in words to models that know no status', () => {
  const messages = [
    said('user', 'Hi'),
    said('assistant', call('a')),
    said('tool', result('a', 'dry', { failed: true })),
  ];
  const encoded = encode({ messages, tools }, LLAMA);

  expect(encoded.body.messages).toMatchObject([
    {},
    {},
    { content: [{ toolResult: { content: [{ text: 'The tool failed.' }, { text: 'dry' }] } }] },
  ]);
  expect(fieldsOf(encoded)).toEqual(['messages[2].is_error emulated']);
});

test('ids are of the alphabet, of at most 64 characters and unique', () => {
  const long = 'x'.repeat(70);
  const { body } = encode({
    messages: [
      said('user', 'Hi'),
      said('assistant', call('call|1'), call('call_1'), call(long), call(`${long}y`), call('')),
      said(
        'tool',
        result('call|1', '1'),
        result('call_1', '2'),
        result(long, '3'),
        result(`${long}y`, '4'),
        result('', '5'),
      ),
    ],
    tools,
  });
  const ids = (body.messages as { content: { toolUse: { toolUseId: string } }[] }[])[1]!.content.map(
    block => block.toolUse.toolUseId,
  );

  expect(ids).toEqual(['call_1', 'call_1_2', 'x'.repeat(56), `${'x'.repeat(56)}_2`, 'call']);
  expect(body.messages).toMatchObject([
    {},
    {},
    { content: ids.map((toolUseId, index) => ({ toolResult: { toolUseId, content: [{ text: String(index + 1) }] } })) },
  ]);
});

test('a call without a result gets one, a result without a call is text', () => {
  const encoded = encode({
    messages: [
      said('user', 'Hi'),
      said('assistant', call('a')),
      said('tool', result('zzz', 'lost')),
      said('user', 'So?'),
    ],
    tools,
  });

  expect(encoded.body.messages).toMatchObject([
    {},
    {},
    {
      content: [
        { toolResult: { toolUseId: 'a', content: [{ text: 'No result was given for this call.' }] } },
        { text: 'Result of tool call zzz: lost' },
        { text: 'So?' },
      ],
    },
  ]);
  expect(fieldsOf(encoded)).toEqual(['messages[2].tool_call_id emulated', 'messages[1].tool_calls emulated']);
});

test('nothing is blank: no text, no result', () => {
  const encoded = encode({
    messages: [
      said('system', ' '),
      said('user', '', 'Hi', ' \n'),
      said('assistant', '', call('a')),
      said('tool', result('a', '')),
    ],
    tools,
  });

  expect(encoded.body.system).toBeUndefined();
  expect(encoded.body.messages).toEqual([
    { role: 'user', content: [{ text: 'Hi' }] },
    { role: 'assistant', content: [{ toolUse: expect.anything() }] },
    { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [{ text: '(empty)' }] } }] },
  ]);
  expect(fieldsOf(encoded)).toEqual(['messages[1].content dropped']);
});

test('input that is no JSON object is put into one', () => {
  const calls = [call('a', '[1]'), call('b', 'broken {'), { ...call('c', 'free text'), custom: true }];
  const encoded = encode({ messages: [said('user', 'Hi'), said('assistant', ...calls)], tools });
  const content = (encoded.body.messages as { content: { toolUse: { input: unknown } }[] }[])[1]!.content;

  expect(content.map(block => block.toolUse.input)).toEqual([
    { input: [1] },
    { input: 'broken {' },
    { input: 'free text' },
  ]);
  expect(fieldsOf(encoded)).toContain('messages[1].tool_calls approximated');
});

describe('a conversation', () => {
  test("begins with the user's words", () => {
    const encoded = encode({ messages: [said('assistant', 'Hello'), said('user', 'Hi')] });
    expect(encoded.body.messages).toMatchObject([{ role: 'user', content: [{ text: 'Begin.' }] }, {}, {}]);
    expect(fieldsOf(encoded)).toEqual(['messages emulated']);
  });

  test("may end with the assistant's words only where the model continues them", () => {
    const messages = [said('user', 'Hi'), said('assistant', 'The answer is ')];

    expect(encode({ messages }).body.messages).toMatchObject([{}, { content: [{ text: 'The answer is' }] }]);
    for (const model of [NOVA, 'us.anthropic.claude-opus-4-7-v1']) {
      const encoded = encode({ messages }, model);
      expect(encoded.body.messages).toMatchObject([{}, {}, { role: 'user', content: [{ text: 'Continue.' }] }]);
      expect(fieldsOf(encoded)).toEqual(['messages[1] emulated']);
    }
  });

  test('of instructions alone has the last one from the user', () => {
    const encoded = encode({ messages: [said('system', 'One'), said('system', 'Two')] });
    expect(encoded.body).toMatchObject({
      system: [{ text: 'One' }],
      messages: [{ role: 'user', content: [{ text: 'Two' }] }],
    });
    expect(fieldsOf(encoded)).toEqual(['messages[1] emulated']);
  });

  test("has instructions amid it in the user's turn", () => {
    const encoded = encode({ messages: [said('user', 'Hi'), said('system', 'Be brief.')] });
    expect(encoded.body.messages).toEqual([
      { role: 'user', content: [{ text: 'Hi' }, { text: '<system>\nBe brief.\n</system>' }] },
    ]);
    expect(fieldsOf(encoded)).toEqual(['messages[1] emulated']);
  });
});

describe('thoughts', () => {
  const thought = (more: object): Part => ({ type: 'reasoning', text: 'Hm.', ...more });
  const messages = (part: Part) => [said('user', 'Hi'), said('assistant', part, 'Yes'), said('user', 'So?')];
  const sent = (part: Part, model?: string) => {
    const encoded = encode({ messages: messages(part) }, model);
    const content = (encoded.body.messages as { content: object[] }[])[1]!.content;
    return { first: content[0], fields: fieldsOf(encoded) };
  };

  test.each(['anthropic', 'bedrock'])('that %s signed go back to Claude', source => {
    expect(sent(thought({ signature: 'c2ln', source }))).toEqual({
      first: { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
      fields: [],
    });
  });

  test('that came encrypted go back to where they are from', () => {
    expect(sent(thought({ text: '', encrypted: 'c2Vj', source: 'bedrock' })).first).toEqual({
      reasoningContent: { redactedContent: 'c2Vj' },
    });
    expect(sent(thought({ text: '', encrypted: 'c2Vj', source: 'anthropic' }))).toEqual({
      first: { text: 'Yes' },
      fields: ['messages[1].reasoning_details dropped'],
    });
  });

  test('without a proof, of another provider, or for another model are left out and named', () => {
    expect(sent(thought({}))).toEqual({ first: { text: 'Yes' }, fields: ['messages[1].reasoning_content dropped'] });
    for (const [source, model] of [
      ['gemini', undefined],
      ['anthropic', NOVA],
    ] as const) {
      expect(sent(thought({ signature: 'c2ln', source }), model)).toEqual({
        first: { text: 'Yes' },
        fields: ['messages[1].reasoning_details dropped'],
      });
    }
  });

  test('alone are no message', () => {
    const encoded = encode({
      messages: [
        said('user', 'Hi'),
        said('assistant', thought({ signature: 's', source: 'anthropic' })),
        said('user', 'So?'),
      ],
    });
    expect(encoded.body.messages).toEqual([{ role: 'user', content: [{ text: 'Hi' }, { text: 'So?' }] }]);
    expect(fieldsOf(encoded)).toEqual(['messages[1] dropped']);
  });
});
