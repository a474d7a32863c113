import { describe, expect, test } from 'vitest';
import { geminiChat } from '../../../providers/gemini/index.ts';
import type { Media, Part } from '../../../src/spec/chat/parts.ts';
import { encode, said, touched } from './codec.ts';

const partOf = (part: Part) => (encode({ messages: [said('user', part)] }).contents[0]!.parts as unknown[])[0];
const file = (media: Media): Part => ({ type: 'file', media });
const url = (address: string): Media => ({ type: 'url', url: address });

describe('files', () => {
  test.for([
    ['image/png', 'image/png'],
    ['application/pdf', 'application/pdf'],
    ['text/csv', 'text/csv'],
    ['application/json', 'text/plain'],
    ['application/xhtml+xml', 'text/plain'],
  ] as const)('of type %s are told as %s', ([mediaType, mimeType]) => {
    expect(partOf(file({ type: 'data', mediaType, data: 'AAAA' }))).toEqual({ inlineData: { mimeType, data: 'AAAA' } });
  });

  test.for([
    ['https://generativelanguage.googleapis.com/v1beta/files/abc', undefined],
    ['https://www.youtube.com/watch?v=abc', undefined],
    ['gs://bucket/scan.pdf', 'application/pdf'],
    ['gs://bucket/cat.PNG', 'image/png'],
  ] as const)('at %s are read by the provider', ([address, mimeType]) => {
    const request = { messages: [said('user', file(url(address)))], stream: false };

    expect(geminiChat.remoteMedia!(request)).toEqual([]);
    expect(partOf(file(url(address)))).toEqual({
      fileData: { fileUri: address, ...(mimeType !== undefined && { mimeType }) },
    });
  });

  test('elsewhere have to be fetched, also those of tool results, each once', () => {
    const image: Part = { type: 'image', media: url('https://example.com/a.png') };
    const results: Part = { type: 'tool-result', callId: 'a', parts: [image, { type: 'text', text: 'seen' }] };
    const messages = [said('user', image, file(url('http://example.com/b'))), said('tool', results)];

    expect(geminiChat.remoteMedia!({ messages, stream: false })).toEqual([
      'https://example.com/a.png',
      'http://example.com/b',
    ]);
  });

  test('that nobody fetched are named to the provider, with a warning', () => {
    const encoded = encode({ messages: [said('user', { type: 'image', media: url('https://example.com/a?b=.pdf') })] });

    expect(encoded.contents[0]!.parts).toEqual([
      { fileData: { fileUri: 'https://example.com/a?b=.pdf', mimeType: 'image/jpeg' } },
    ]);
    expect(touched(encoded)).toEqual(['messages[0].content[0] approximated']);
  });

  test('of the provider go by their name, those of another one are refused', () => {
    expect(partOf(file({ type: 'id', id: 'files/abc-1' }))).toEqual({
      fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc-1' },
    });
    for (const id of ['file-abc', 'files/../x']) {
      expect(() => partOf(file({ type: 'id', id }))).toThrow(
        expect.objectContaining({ status: 400, param: 'messages[0].content[0]' }),
      );
    }
  });
});

test('what surrounds a file and is not taken is told', () => {
  const media: Media = { type: 'data', mediaType: 'image/png', data: 'AAAA' };
  const encoded = encode({
    messages: [
      said('user', 'Hi', { type: 'image', media, detail: 'low' }, { type: 'file', media, name: 'a.png' }),
      said('user', { type: 'image', media, detail: 'auto', extra: { anthropic: { cache_control: {} } } }),
    ],
  });

  expect(touched(encoded)).toEqual([
    'messages[0].content[1] dropped',
    'messages[0].content[2] dropped',
    'messages[1].content[0].cache_control dropped',
  ]);
});

test('members of this dialect are put back into their part', () => {
  const videoMetadata = { fps: 1 };

  expect(partOf({ type: 'file', media: url('gs://b/a.mp4'), extra: { gemini: { videoMetadata } } })).toEqual({
    videoMetadata,
    fileData: { fileUri: 'gs://b/a.mp4', mimeType: 'video/mp4' },
  });
});

test('sound goes as bytes, spoken answers as their words', () => {
  const sound: Part = { type: 'audio', format: 'mp3', media: { type: 'data', mediaType: 'audio/mpeg', data: 'AAAA' } };

  expect(partOf(sound)).toEqual({ inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } });
  expect(partOf({ type: 'audio', media: { type: 'id', id: 'x' }, transcript: 'Hello' })).toEqual({ text: 'Hello' });
});
