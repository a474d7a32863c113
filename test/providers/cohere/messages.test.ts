import { describe, expect, test } from 'vitest';
import type { Part } from '../../../src/spec/chat/parts.ts';
import { call, encode, PLANNER, result, said, touched } from './codec.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const image: Part = { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'aW1n' }, detail: 'low' };
const imageJson = { type: 'image_url', image_url: { url: 'data:image/png;base64,aW1n', detail: 'low' } };
const file: Part = {
  type: 'file',
  name: 'a.txt',
  media: { type: 'data', mediaType: 'text/plain', data: base64('Sky.') },
};
const toolCalls = [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }];

describe('instructions', () => {
  test('at the beginning are one message', () => {
    const encoded = encode({ messages: [said('system', 'A'), said('developer', 'B', ''), said('user', 'C')] });

    expect(encoded.messages).toEqual([
      {
        role: 'system',
        content: [
          { type: 'text', text: 'A' },
          { type: 'text', text: 'B' },
        ],
      },
      { role: 'user', content: 'C' },
    ]);
    expect(encoded.warnings).toEqual([]);
  });

  test('behind it are told in a message of the user', () => {
    const messages = [said('user', 'A'), said('assistant', 'B'), said('system', 'C'), said('user', 'D')];
    const encoded = encode({ messages });

    expect(encoded.messages[2]).toEqual({ role: 'user', content: '<system>\nC\n</system>' });
    expect(touched(encoded)).toEqual(['messages[2] emulated']);
  });

  test('alone leave the last one to the user', () => {
    const encoded = encode({ messages: [said('system', 'A'), said('system', 'B')] });

    expect(encoded.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(touched(encoded)).toEqual(['messages[1] emulated']);
  });
});

describe('a message of the user', () => {
  test('holds texts and images', () => {
    const url: Part = { type: 'image', media: { type: 'url', url: 'https://example.com/a.png' } };
    const scan: Part = { type: 'file', media: { type: 'data', mediaType: 'image/jpeg', data: 'aW1n' } };
    const encoded = encode({ messages: [said('user', 'A', image, url, scan)] });

    expect(encoded.messages[0]!.content).toEqual([
      { type: 'text', text: 'A' },
      imageJson,
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,aW1n' } },
    ]);
    expect(encoded.warnings).toEqual([]);
  });

  test('holds a file of text as the text itself', () => {
    const encoded = encode({ messages: [said('user', file)] });

    expect(encoded.messages[0]!.content).toBe('a.txt\n\nSky.');
    expect(touched(encoded)).toEqual(['messages[0].content[0] emulated']);
  });

  test.for<Part>([
    { type: 'file', media: { type: 'data', mediaType: 'application/pdf', data: 'cGRm' } },
    { type: 'file', media: { type: 'url', url: 'https://example.com/a.pdf' } },
    { type: 'audio', media: { type: 'data', mediaType: 'audio/wav', data: 'd2F2' } },
    { type: 'image', media: { type: 'id', id: 'file-1' } },
    { type: 'refusal', text: 'No.' },
  ])('leaves out %j and says so', part => {
    const encoded = encode({ messages: [said('user', 'A', part)] });

    expect(encoded.messages[0]!.content).toBe('A');
    expect(touched(encoded)).toEqual(['messages[0].content[1] dropped']);
  });

  test('is left out when it is empty, since the API takes no empty one', () => {
    const encoded = encode({ messages: [said('user', 'A'), said('assistant', 'B'), said('user', '')] });

    expect(encoded.messages).toHaveLength(2);
    expect(touched(encoded)).toEqual(['messages[2] dropped']);
  });

  test('loses a detail that is not known, its name and members of other dialects', () => {
    const odd: Part = { ...image, detail: 'original', extra: { anthropic: { cache_control: {} } } };
    const encoded = encode({ messages: [{ ...said('user', 'A', odd), name: 'ann' }] });

    expect(touched(encoded)).toEqual([
      'messages[0].name dropped',
      'messages[0].content[1].cache_control dropped',
      'messages[0].content[1].image_url.detail dropped',
    ]);
  });
});

describe('an earlier answer', () => {
  const history = (...parts: readonly (string | Part)[]) => [said('user', 'A'), said('assistant', ...parts)];

  test('holds thoughts, text, calls and its sources', () => {
    const thought: Part = { type: 'reasoning', text: 'Hm.' };
    const text: Part = {
      type: 'text',
      text: 'It is blue.',
      citations: [{ url: 'https://example.com/', title: 'Sky', start: 6, end: 10 }],
    };
    const encoded = encode({ messages: [...history(thought, text, call('c1')), said('tool', result('c1', 'R'))] });

    expect(encoded.messages[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'It is blue.' },
      ],
      tool_calls: toolCalls,
      citations: [
        {
          start: 6,
          end: 10,
          text: 'blue',
          type: 'TEXT_CONTENT',
          content_index: 1,
          sources: [
            { type: 'document', id: 'https://example.com/', document: { title: 'Sky', url: 'https://example.com/' } },
          ],
        },
      ],
    });
    expect(encoded.warnings).toEqual([]);
  });

  test('has sources within their own block, as the provider told them', () => {
    const source = { type: 'document', id: 'doc:0', document: { text: 'Sky.' } };
    const text: Part = {
      type: 'text',
      text: 'Blue.',
      citations: [{ start: 7, end: 11, extra: { cohere: { sources: [source] } } }],
    };
    const encoded = encode({ messages: history('Well:  ', text) });

    expect(encoded.messages[1]!.citations).toMatchObject([
      { start: 0, end: 4, text: 'Blue', content_index: 1, sources: [source] },
    ]);
  });

  test('loses a source without words', () => {
    const encoded = encode({ messages: history({ type: 'text', text: 'Blue.', citations: [{ title: 'Sky' }] }) });

    expect(encoded.messages[1]).toEqual({ role: 'assistant', content: 'Blue.' });
    expect(touched(encoded)).toEqual(['messages[1].annotations dropped']);
  });

  test('tells what was thought before a call as the plan of a model that does not think', () => {
    const thought: Part = { type: 'reasoning', text: 'I will look.' };
    const messages = [
      ...history(thought, call('c1')),
      said('tool', result('c1', 'R')),
      said('assistant', thought, 'B'),
    ];
    const encoded = encode({ messages }, PLANNER);

    expect(encoded.messages[1]).toEqual({ role: 'assistant', tool_plan: 'I will look.', tool_calls: toolCalls });
    expect(encoded.messages[3]).toEqual({ role: 'assistant', content: 'B' });
    expect(touched(encoded)).toEqual(['messages[3].reasoning_content dropped']);
  });

  test('loses proofs of thought', () => {
    const proven: Part = { type: 'reasoning', text: 'Hm.', signature: 's', source: 'anthropic' };
    const encoded = encode({ messages: history(proven, { type: 'refusal', text: 'No.' }) });

    expect(encoded.messages[1]!.content).toEqual([
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'No.' },
    ]);
    expect(touched(encoded)).toEqual(['messages[1].reasoning_details dropped']);
  });

  test('is left out when it is empty', () => {
    const encoded = encode({ messages: [...history(''), said('user', 'B')] });

    expect(encoded.messages.map(({ role }) => role)).toEqual(['user', 'user']);
    expect(touched(encoded)).toEqual(['messages[1] dropped']);
  });
});

describe('the result of a tool', () => {
  const asked = [said('user', 'A'), said('assistant', call('c1'), call('c2'))];
  const round = (...results: readonly Part[]) => [...asked, ...results.map(part => said('tool', part))];

  test('is a text, or several, or documents', () => {
    const parts = [{ type: 'text', text: 'B' } as const, file as Extract<Part, { type: 'file' }>];
    const encoded = encode({
      messages: [...round(result('c1', 'R'), { type: 'tool-result', callId: 'c2', parts }), said('user', 'C')],
    });

    expect(encoded.messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'R' },
      {
        role: 'tool',
        tool_call_id: 'c2',
        content: [
          { type: 'text', text: 'B' },
          { type: 'document', document: { data: { title: 'a.txt', text: 'Sky.' } } },
        ],
      },
      { role: 'user', content: 'C' },
    ]);
    expect(encoded.warnings).toEqual([]);
  });

  test('has its images in a message of the user behind all results', () => {
    const seen: Part = { type: 'tool-result', callId: 'c1', parts: [image as Extract<Part, { type: 'image' }>] };
    const encoded = encode({ messages: round(seen, result('c2', 'R')) });

    expect(encoded.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
    expect(encoded.messages[4]!.content).toEqual([imageJson]);
    expect(touched(encoded)).toEqual(['messages[2].content[0] emulated']);
  });

  test('says in words that the tool failed', () => {
    const encoded = encode({ messages: round({ ...result('c1', 'R'), failed: true } as Part, result('c2', 'S')) });

    expect(encoded.messages[2]!.content).toEqual([
      { type: 'text', text: 'The tool failed:' },
      { type: 'text', text: 'R' },
    ]);
    expect(touched(encoded)).toEqual(['messages[2] emulated']);
  });

  test('stands in for one that is missing', () => {
    const encoded = encode({ messages: [...round(result('c1', 'R')), said('user', 'B')] });

    expect(encoded.messages[3]).toMatchObject({ role: 'tool', tool_call_id: 'c2' });
    expect(encoded.messages[4]).toEqual({ role: 'user', content: 'B' });
    expect(touched(encoded)).toEqual(['messages[1].tool_calls emulated']);
  });

  test('that answers no call is told by the user', () => {
    const encoded = encode({ messages: [said('user', 'A'), said('tool', result('c9', 'R')), said('user', 'B')] });

    expect(encoded.messages.map(({ role }) => role)).toEqual(['user', 'user', 'user']);
    expect(encoded.messages[1]!.content).toBe('The result of a tool:\nR');
    expect(touched(encoded)).toEqual(['messages[1] emulated']);
  });
});
