import { describe, expect, test } from 'vitest';
import { geminiChat } from '../../../providers/gemini/index.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import type { Part } from '../../../src/spec/chat/parts.ts';
import { answer, call, encode, result, said, touched } from './codec.ts';

const proof = (members: object): Part => ({
  type: 'reasoning',
  text: '',
  source: 'gemini',
  signature: 's',
  ...members,
});
const modelParts = (parts: readonly Part[], model?: string) =>
  encode({ messages: [said('user', 'Hi'), said('assistant', ...parts), said('user', 'Go on')] }, model).contents[1]!
    .parts;

describe('a conversation', () => {
  test('has its instructions apart, in their order', () => {
    const messages = [said('system', 'A'), said('developer', 'B'), said('user', 'Hi'), said('system', 'C')];
    const encoded = encode({ messages });

    expect(encoded.body.systemInstruction).toEqual({ parts: [{ text: 'A' }, { text: 'B' }, { text: 'C' }] });
    expect(encoded.contents).toEqual([{ role: 'user', parts: [{ text: 'Hi' }] }]);
    expect(touched(encoded)).toEqual(['messages[3] emulated']);
  });

  test('of instructions alone tells the last one as the words of the user', () => {
    const encoded = encode({ messages: [said('system', 'A'), said('system', 'B')] });

    expect(encoded.body.systemInstruction).toEqual({ parts: [{ text: 'A' }] });
    expect(encoded.contents).toEqual([{ role: 'user', parts: [{ text: 'B' }] }]);
    expect(touched(encoded)).toEqual(['messages[1] emulated']);
  });

  test('puts neighbours of one role together', () => {
    const messages = [
      said('user', 'A'),
      said('user', 'B'),
      said('assistant', 'C'),
      said('assistant', 'D'),
      said('user', 'E'),
    ];

    expect(encode({ messages }).contents).toEqual([
      { role: 'user', parts: [{ text: 'A' }, { text: 'B' }] },
      { role: 'model', parts: [{ text: 'C' }, { text: 'D' }] },
      { role: 'user', parts: [{ text: 'E' }] },
    ]);
  });

  test('begins with the user', () => {
    const encoded = encode({ messages: [said('assistant', 'Hello'), said('user', 'Hi')] });

    expect(encoded.contents.map(({ role }) => role)).toEqual(['user', 'model', 'user']);
    expect(touched(encoded)).toEqual(['messages emulated']);
  });

  test('ends with the user where the model does not continue its own words', () => {
    const messages = [said('user', 'Hi'), said('assistant', 'He')];

    expect(encode({ messages }).contents.at(-1)).toEqual({ role: 'model', parts: [{ text: 'He' }] });
    expect(encode({ messages }, 'gemini-3.6-flash').contents.at(-1)).toEqual({
      role: 'user',
      parts: [{ text: 'Continue.' }],
    });
  });

  test('has no names and no empty texts', () => {
    const encoded = encode({ messages: [{ ...said('user', '', 'Hi'), name: 'ann' }] });

    expect(encoded.contents).toEqual([{ role: 'user', parts: [{ text: 'Hi' }] }]);
    expect(touched(encoded)).toEqual(['messages[0].name dropped']);
  });
});

describe('tool results', () => {
  test('answer all calls of a turn, in the order of the calls, before anything else is said', () => {
    const messages = [
      said('user', 'Look'),
      said('assistant', 'Looking.', call('a', { input: '{"at":"sky"}' }), call('b', { name: 'hear' })),
      said('tool', result('b', 'silence')),
      said('user', 'Well?'),
      said('tool', result('a', '{"colour":"blue"}')),
    ];
    const encoded = encode({ messages });

    expect(encoded.contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          { text: 'Looking.' },
          { functionCall: { id: 'a', name: 'look', args: { at: 'sky' } } },
          { functionCall: { id: 'b', name: 'hear', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'look', response: { colour: 'blue' } } },
          { functionResponse: { id: 'b', name: 'hear', response: { output: 'silence' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'Well?' }] },
    ]);
    expect(encoded.warnings).toEqual([]);
  });

  test('that are missing are made up, and those without a call are told', () => {
    const messages = [
      said('user', 'Look'),
      said('assistant', call('a')),
      said('tool', result('z', 'odd')),
      said('user', 'So?'),
    ];
    const encoded = encode({ messages });

    expect(encoded.contents.slice(2)).toEqual([
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'look', response: { error: 'No result was given for this call.' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'Result of tool call z:' }, { text: 'odd' }, { text: 'So?' }] },
    ]);
    expect(touched(encoded)).toEqual(['messages[2].tool_call_id emulated', 'messages[1].tool_calls emulated']);
  });

  test.for([
    ['text', 'blue', {}, { output: 'blue' }],
    ['a list', '[1]', {}, { output: '[1]' }],
    ['an object', '{"a":1}', {}, { a: 1 }],
    ['numbers that JSON would round', '{"id":12345678901234567890}', {}, { output: '{"id":12345678901234567890}' }],
    ['a failure', 'no sky', { failed: true }, { error: 'no sky' }],
    ['nothing', '', {}, { output: '' }],
  ] as const)('of %s are objects', ([, text, members, response]) => {
    const messages = [said('user', 'Look'), said('assistant', call('a')), said('tool', result('a', text, members))];

    expect(encode({ messages }).contents[2]!.parts).toEqual([
      { functionResponse: { id: 'a', name: 'look', response } },
    ]);
  });

  const image: Part = { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'AAAA' } };
  const withImage = [
    said('user', 'Look'),
    said('assistant', call('a')),
    said('tool', { type: 'tool-result', callId: 'a', parts: [{ type: 'text', text: 'seen' }, image] }),
  ];

  test('hold images where the model reads them there', () => {
    const inlineData = { mimeType: 'image/png', data: 'AAAA' };

    expect(encode({ messages: withImage }, 'gemini-3-flash-preview').contents.slice(2)).toEqual([
      {
        role: 'user',
        parts: [{ functionResponse: { id: 'a', name: 'look', response: { output: 'seen' }, parts: [{ inlineData }] } }],
      },
    ]);
  });

  test('have their images beside them for older models', () => {
    const encoded = encode({ messages: withImage });

    expect(encoded.contents[3]).toEqual({
      role: 'user',
      parts: [{ text: 'Given by the tool look (call a):' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }],
    });
    expect(touched(encoded)).toEqual(['messages[2].content emulated']);
  });
});

describe('a proof of thought', () => {
  test('goes back to the call that bore it', () => {
    expect(modelParts([call('a', { signature: 's', source: 'gemini' }), call('b')])).toEqual([
      { functionCall: { id: 'a', name: 'look', args: {} }, thoughtSignature: 's' },
      { functionCall: { id: 'b', name: 'look', args: {} } },
    ]);
  });

  test('goes back to the thought that bore it', () => {
    expect(modelParts([proof({ text: 'Hm' }), { type: 'text', text: 'So.' }])).toEqual([
      { text: 'Hm', thought: true, thoughtSignature: 's' },
      { text: 'So.' },
    ]);
  });

  test('goes back to the piece of text that bore it', () => {
    expect(modelParts([proof({ id: 'text@2-5' }), { type: 'text', text: 'AbCdeF' }])).toEqual([
      { text: 'Ab' },
      { text: 'Cde', thoughtSignature: 's' },
      { text: 'F' },
    ]);
    expect(modelParts([proof({ id: 'text@2-2' }), { type: 'text', text: 'Ab' }])).toEqual([
      { text: 'Ab' },
      { text: '', thoughtSignature: 's' },
    ]);
  });

  test('belongs to the whole text when the client has changed it, or came from another gateway', () => {
    const signed = [{ text: 'Ab', thoughtSignature: 's' }];

    expect(modelParts([proof({ id: 'text@0-9' }), { type: 'text', text: 'Ab' }])).toEqual(signed);
    expect(modelParts([proof({ signature: undefined, encrypted: 's' }), { type: 'text', text: 'Ab' }])).toEqual(signed);
  });

  test('stands alone before the calls where there is no text', () => {
    expect(modelParts([proof({ id: 'text@0-0' }), call('a')])).toEqual([
      { text: '', thoughtSignature: 's' },
      { functionCall: { id: 'a', name: 'look', args: {} } },
    ]);
  });

  test('of another provider is left out, its thoughts too', () => {
    const messages = [
      said('user', 'Hi'),
      said(
        'assistant',
        { type: 'reasoning', text: 'Hm', signature: 'x', source: 'anthropic' },
        'So.',
        call('a', { signature: 'x', source: 'anthropic' }),
      ),
      said('tool', result('a', 'blue')),
    ];
    const encoded = encode({ messages });

    expect(encoded.contents[1]!.parts).toEqual([
      { text: 'So.' },
      { functionCall: { id: 'a', name: 'look', args: {} } },
    ]);
    expect(touched(encoded)).toEqual(['messages[1].reasoning_details dropped']);
  });

  test('is replaced by the documented stand-in where a newer model would refuse the call', () => {
    const [first, second] = modelParts([call('a'), call('b')], 'gemini-3-pro-preview') as [object, object];

    expect(first).toMatchObject({ thoughtSignature: 'skip_thought_signature_validator' });
    expect(second).not.toHaveProperty('thoughtSignature');
  });

  test('makes the thoughts beside it those of the model', () => {
    const thought: Part = { type: 'reasoning', text: 'Hm' };

    expect(modelParts([thought, call('a', { signature: 's', source: 'gemini' })])).toEqual([
      { text: 'Hm', thought: true },
      { functionCall: { id: 'a', name: 'look', args: {} }, thoughtSignature: 's' },
    ]);
    expect(modelParts([thought, { type: 'text', text: 'So.' }])).toEqual([{ text: 'So.' }]);
  });

  test('survives the way to the client and back', () => {
    const wire = [
      { text: 'Hm', thought: true },
      { text: 'Lo' },
      { text: 'ok: 🙂', thoughtSignature: 'one' },
      { text: ' done' },
      { functionCall: { id: 'a', name: 'look', args: { at: 'sky' } }, thoughtSignature: 'two' },
      { functionCall: { id: 'b', name: 'look', args: {} } },
    ];
    const { parts } = collect(answer(wire)).choices[0]!;
    const said = parts.filter(part => part.type !== 'provider-part');
    const { body } = geminiChat.toProvider(
      {
        messages: [
          { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
          { role: 'assistant', parts: said },
        ],
        stream: false,
      },
      'gemini-3-flash-preview',
    );

    expect((body as { contents: unknown[] }).contents[1]).toEqual({ role: 'model', parts: wire });
  });
});

test('calls whose input is no JSON object are put into one', () => {
  const encoded = encode({
    messages: [
      said('user', 'Hi'),
      said('assistant', call('a', { input: '{"at"' }), call('b', { input: '[1]' })),
      said('user', 'So?'),
    ],
  });

  expect(encoded.contents[1]!.parts).toEqual([
    { functionCall: { id: 'a', name: 'look', args: { input: '{"at"' } } },
    { functionCall: { id: 'b', name: 'look', args: { input: [1] } } },
  ]);
  expect(touched(encoded)).toContain('messages[1].tool_calls[0] approximated');
});
