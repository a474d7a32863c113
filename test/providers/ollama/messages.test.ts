import { describe, expect, test } from 'vitest';
import type { Message, Part } from '../../../src/spec/chat/parts.ts';
import { encode, ollamaChat, said, touched } from './codec.ts';

const image = (data = 'aW1n'): Part => ({ type: 'image', media: { type: 'data', mediaType: 'image/png', data } });
const call = (id: string, input = '{}'): Part => ({ type: 'tool-call', id, name: 'look', input });
const history = (...messages: readonly Message[]) => encode({ messages });

describe('messages', () => {
  test('have one text, and their images beside it', () => {
    expect(history(said('developer', 'Be brief.'), said('user', 'What', image(), 'is it?')).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What\n\nis it?', images: ['aW1n'] },
    ]);
  });

  test('hold files of text as text, and images that came as files', () => {
    const file = (mediaType: string, text: string, name?: string): Part => ({
      type: 'file',
      media: { type: 'data', mediaType, data: Buffer.from(text).toString('base64') },
      ...(name !== undefined && { name }),
    });
    const encoded = history(said('user', file('text/plain', 'Words.', 'a.txt'), file('image/png', 'img')));

    expect(encoded.messages).toEqual([{ role: 'user', content: 'a.txt\n\nWords.', images: ['aW1n'] }]);
    expect(touched(encoded)).toEqual(['messages[0].content[0] emulated']);
  });

  test('name what cannot be said', () => {
    const encoded = history(
      { ...said('user', 'Hi'), name: 'ann' },
      said(
        'user',
        { type: 'audio', media: { type: 'data', mediaType: 'audio/wav', data: 'AA==' } },
        { type: 'file', media: { type: 'data', mediaType: 'application/pdf', data: 'AA==' } },
        { type: 'image', media: { type: 'id', id: 'file-1' }, detail: 'high' },
        { type: 'refusal', text: 'No.' },
      ),
    );

    expect(encoded.messages[1]).toEqual({ role: 'user', content: '' });
    expect(touched(encoded)).toEqual([
      'messages[0].name dropped',
      'messages[1].content[0] dropped',
      'messages[1].content[1] dropped',
      'messages[1].content[2].image_url.detail dropped',
      'messages[1].content[2] dropped',
      'messages[1].content[3] dropped',
    ]);
  });

  test('need the bytes of what stands at an address', () => {
    const messages = [
      said('user', { type: 'image', media: { type: 'url', url: 'https://example.com/a.png' } }),
      said('tool', {
        type: 'tool-result',
        callId: 'c',
        parts: [{ type: 'image', media: { type: 'url', url: 'https://example.com/b.png' } }],
      }),
    ];

    expect(ollamaChat.remoteMedia!({ messages, stream: false })).toEqual([
      'https://example.com/a.png',
      'https://example.com/b.png',
    ]);
  });
});

describe('earlier answers', () => {
  test('keep thoughts, text, and calls whose input is an object', () => {
    const encoded = history(
      said('assistant', { type: 'reasoning', text: 'Hm.' }, 'Let me look.', call('c1', '{"at":"sky"}'), call('c2', '')),
      said('tool', { type: 'tool-result', callId: 'c1', parts: [{ type: 'text', text: 'blue' }] }),
      said('tool', { type: 'tool-result', callId: 'other', name: 'wait', parts: [] }),
    );

    expect(encoded.messages).toEqual([
      {
        role: 'assistant',
        content: 'Let me look.',
        thinking: 'Hm.',
        tool_calls: [
          { id: 'c1', function: { name: 'look', arguments: { at: 'sky' } } },
          { id: 'c2', function: { name: 'look', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'blue', tool_name: 'look', tool_call_id: 'c1' },
      { role: 'tool', content: '', tool_name: 'wait', tool_call_id: 'other' },
    ]);
    expect(encoded.warnings).toEqual([]);
  });

  test.each(['not json', '[1]', 'null', '"x"'])('wrap the input %j into an object', input => {
    const encoded = history(said('assistant', call('c1', input)));

    expect(encoded.messages[0]!.tool_calls).toEqual([{ id: 'c1', function: { name: 'look', arguments: { input } } }]);
    expect(touched(encoded)).toEqual(['messages[0].tool_calls[0].function.arguments emulated']);
  });

  test('give no proof of a thought', () => {
    const encoded = history(
      said('assistant', { type: 'reasoning', text: 'Hm.', signature: 's', source: 'anthropic' }),
      said('assistant', { type: 'reasoning', text: '', encrypted: 'e' }),
      said('assistant', { type: 'provider-part', dialect: 'anthropic', value: {} }),
    );

    expect(encoded.messages).toEqual([
      { role: 'assistant', content: '', thinking: 'Hm.' },
      { role: 'assistant', content: '' },
      { role: 'assistant', content: '' },
    ]);
    expect(touched(encoded)).toEqual([
      'messages[0].reasoning_details dropped',
      'messages[1].reasoning_details dropped',
      'messages[2].content[0] dropped',
    ]);
  });
});

test('images of tools follow behind all results, and a failure is told in words', () => {
  const result = (callId: string, failed: boolean): Part => ({
    type: 'tool-result',
    callId,
    failed,
    parts: [{ type: 'text', text: 'So.' }, image() as never],
  });
  const encoded = history(
    said('assistant', call('c1'), call('c2')),
    said('user', result('c1', true), result('c2', false), 'Go on.'),
  );

  expect(encoded.messages.slice(1)).toEqual([
    { role: 'tool', content: 'The tool failed:\n\nSo.', tool_name: 'look', tool_call_id: 'c1' },
    { role: 'tool', content: 'So.', tool_name: 'look', tool_call_id: 'c2' },
    { role: 'user', content: '', images: ['aW1n', 'aW1n'] },
    { role: 'user', content: 'Go on.' },
  ]);
  expect(touched(encoded)).toEqual(['messages[1] emulated', 'messages[1].content emulated']);
});
