import { describe, expect, test } from 'vitest';
import { toolCallId } from '../../../providers/mistral/tool-ids.ts';
import type { Part } from '../../../src/spec/chat/parts.ts';
import { call, encode, result, said, touched } from './codec.ts';

const image: Part = { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'aW1n' }, detail: 'low' };

describe('the order of roles', () => {
  test('has instructions first or behind the user', () => {
    const messages = [said('developer', 'A'), said('user', 'B'), said('system', 'C'), said('user', 'D')];
    const encoded = encode({ messages });

    expect(encoded.messages).toEqual([
      { role: 'system', content: 'A' },
      { role: 'user', content: 'B' },
      { role: 'system', content: 'C' },
      { role: 'user', content: 'D' },
    ]);
    expect(encoded.warnings).toEqual([]);
  });

  test('tells an instruction behind an answer, or at the end, in a message of the user', () => {
    const messages = [
      said('user', 'A'),
      said('assistant', 'B'),
      said('system', 'C'),
      said('user', 'D'),
      said('system', 'E'),
    ];
    const encoded = encode({ messages });

    expect(encoded.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'user', 'user']);
    expect(encoded.messages[2]!.content).toBe('<system>\nC\n</system>');
    expect(touched(encoded)).toEqual(['messages[2] emulated', 'messages[4] emulated']);
  });

  test('has an answer between the result of a tool and the user', () => {
    const messages = [said('user', 'A'), said('assistant', call('abcDEF123')), said('tool', result('abcDEF123', 'R'))];
    const encoded = encode({ messages: [...messages, said('user', 'B')] });

    expect(encoded.messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'abcDEF123', content: 'R' },
      { role: 'assistant', content: 'OK', prefix: false },
      { role: 'user', content: 'B' },
    ]);
    expect(touched(encoded)).toEqual(['messages[3] emulated']);
  });

  test('ends with an answer only where the model goes on with it', () => {
    const encoded = encode({ messages: [said('user', 'A'), said('assistant', 'B')] });
    const asked = { ...said('assistant', 'B'), extra: { 'openai-chat': { prefix: true } } };

    expect(encoded.messages[1]).toEqual({ role: 'assistant', content: 'B', prefix: true });
    expect(touched(encoded)).toEqual(['messages[1] emulated']);
    expect(encode({ messages: [said('user', 'A'), asked] }).warnings).toEqual([]);
  });

  test('has no empty answers', () => {
    const encoded = encode({ messages: [said('user', 'A'), said('assistant', ''), said('user', 'B')] });

    expect(encoded.messages.map(({ role }) => role)).toEqual(['user', 'user']);
    expect(touched(encoded)).toEqual(['messages[1] dropped']);
  });
});

describe('ids of tool calls', () => {
  test('have nine letters and digits, the same for a call and its result and each time', () => {
    const { messages } = encode({
      messages: [
        said('user', 'A'),
        said('assistant', call('call_abc'), call('toolu_01')),
        said('tool', result('call_abc', 'R')),
        said('tool', result('toolu_01', 'S')),
      ],
    });
    const calls = messages[1]!.tool_calls as { id: string; index: number }[];

    expect(calls.every(({ id }) => /^[a-zA-Z0-9]{9}$/.test(id))).toBe(true);
    expect(messages.slice(2).map(message => message.tool_call_id)).toEqual(calls.map(({ id }) => id));
    expect(calls[0]!.id).toBe(toolCallId('call_abc'));
    expect(new Set(Array.from({ length: 2000 }, (_, index) => toolCallId(`call_${index}`))).size).toBe(2000);
  });

  test('of its own stay', () => {
    expect(toolCallId('uNfcQGgtW')).toBe('uNfcQGgtW');
  });
});

describe('calls', () => {
  const inputOf = (part: Part) => {
    const encoded = encode({
      messages: [said('user', 'A'), said('assistant', part), said('tool', result('abcDEF123'))],
    });
    const [sent] = encoded.messages[1]!.tool_calls as { function: { arguments: string } }[];
    return [sent!.function.arguments, touched(encoded)];
  };

  test('keep their input as the model wrote it', () => {
    expect(inputOf(call('abcDEF123', '{"a": 1.0}'))).toEqual(['{"a": 1.0}', []]);
    expect(inputOf(call('abcDEF123', ''))).toEqual(['{}', []]);
  });

  test('put an input that is no object into one', () => {
    const field = 'messages[1].tool_calls[0]';

    expect(inputOf(call('abcDEF123', '{"a":'))).toEqual([
      '{"input":"{\\"a\\":"}',
      [`${field}.function.arguments emulated`],
    ]);
    expect(inputOf({ type: 'tool-call', id: 'abcDEF123', name: 'look', input: 'x', custom: true })).toEqual([
      '{"input":"x"}',
      [`${field}.custom emulated`],
    ]);
  });

  test('show images of their result in a message of the user', () => {
    const shown: Part = {
      type: 'tool-result',
      callId: 'abcDEF123',
      name: 'look',
      parts: [{ type: 'text', text: 'R' }, image],
    };
    const encoded = encode({
      messages: [said('user', 'A'), said('assistant', call('abcDEF123')), said('tool', shown)],
    });

    expect(encoded.messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'abcDEF123', name: 'look', content: 'R' },
      { role: 'assistant', content: 'OK', prefix: false },
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aW1n', detail: 'low' } }],
      },
    ]);
  });
});

describe('thoughts', () => {
  const thought: Part = { type: 'reasoning', text: 'Hm', signature: 's', source: 'anthropic' };
  const conversation = [said('user', 'A'), said('assistant', thought, 'B'), said('user', 'C')];

  test('go back as thinking, without the proof of another provider', () => {
    const encoded = encode({ messages: conversation });

    expect(encoded.messages[1]!.content).toEqual([
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
      { type: 'text', text: 'B' },
    ]);
    expect(touched(encoded)).toEqual(['messages[1].reasoning_details dropped']);
  });

  test('go back with a proof of its own', () => {
    const own: Part = { type: 'reasoning', text: 'Hm', signature: 's', source: 'mistral' };
    const { messages } = encode({ messages: [said('user', 'A'), said('assistant', own, 'B'), said('user', 'C')] });

    expect(messages[1]!.content).toMatchObject([{ type: 'thinking', signature: 's' }, { type: 'text' }]);
  });

  test('stay away from a model that does not think', () => {
    const encoded = encode({ messages: conversation }, 'mistral-large-latest');

    expect(encoded.messages[1]!.content).toBe('B');
    expect(touched(encoded)).toContain('messages[1].reasoning_content dropped');
  });
});

describe('content', () => {
  const sent = (part: Part) => {
    const encoded = encode({ messages: [said('user', 'Look:', part)] });
    return [(encoded.messages[0]!.content as unknown[])[1], touched(encoded)];
  };

  test.for<[string, Part, unknown]>([
    ['an image', image, { type: 'image_url', image_url: { url: 'data:image/png;base64,aW1n', detail: 'low' } }],
    [
      'an address',
      { type: 'image', media: { type: 'url', url: 'https://a.example/i.png' } },
      { type: 'image_url', image_url: { url: 'https://a.example/i.png' } },
    ],
    [
      'a document',
      { type: 'file', media: { type: 'data', mediaType: 'application/pdf', data: 'cGRm' }, name: 'a.pdf' },
      { type: 'document_url', document_url: 'data:application/pdf;base64,cGRm', document_name: 'a.pdf' },
    ],
    [
      'an image that came as a file',
      { type: 'file', media: { type: 'data', mediaType: 'image/gif', data: 'Z2lm' } },
      { type: 'image_url', image_url: { url: 'data:image/gif;base64,Z2lm' } },
    ],
    ['a file there', { type: 'file', media: { type: 'id', id: 'f1' } }, { type: 'file', file_id: 'f1' }],
    [
      'a recording',
      { type: 'audio', media: { type: 'data', mediaType: 'audio/mpeg', data: 'bXAz' }, format: 'mp3' },
      { type: 'input_audio', input_audio: 'bXAz' },
    ],
  ])('holds %s', ([, part, json]) => {
    expect(sent(part)).toEqual([json, []]);
  });

  test('holds a file of text as text', () => {
    const data = Buffer.from('a,b').toString('base64');
    const file: Part = { type: 'file', media: { type: 'data', mediaType: 'text/csv', data }, name: 'a.csv' };

    expect(sent(file)).toEqual([{ type: 'text', text: 'a.csv\n\na,b' }, ['messages[0].content[1] emulated']]);
  });

  test('of an earlier answer is text without its sources', () => {
    const cited: Part = { type: 'text', text: 'B', citations: [{ url: 'https://a.example/' }] };
    const encoded = encode({ messages: [said('user', 'A'), said('assistant', cited), said('user', 'C')] });

    expect(encoded.messages[1]!.content).toBe('B');
    expect(touched(encoded)).toEqual(['messages[1].annotations dropped']);
  });

  test('loses what another dialect hangs on it, and names', () => {
    const part: Part = { type: 'text', text: 'A', extra: { anthropic: { cache_control: {} } } };
    const encoded = encode({ messages: [{ ...said('user', part), name: 'Ann' }] });

    expect(touched(encoded)).toEqual(['messages[0].name dropped', 'messages[0].content[0].cache_control dropped']);
    expect(encoded.messages).toEqual([{ role: 'user', content: 'A' }]);
  });
});
