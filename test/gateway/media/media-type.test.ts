import { describe, expect, test } from 'vitest';
import { isOfType, namedType } from '../../../src/gateway/media/media-type.ts';

const bytes = (text: string) => Buffer.from(text.padEnd(64, '\0'), 'latin1');
const samples: Readonly<Record<string, Buffer>> = {
  'image/png': bytes('\x89PNG\r\n\x1a\n'),
  'image/jpeg': bytes('\xff\xd8\xff\xe0'),
  'image/gif': bytes('GIF89a'),
  'image/webp': bytes('RIFF\x10\x00\x00\x00WEBPVP8 '),
  'image/avif': bytes('\0\0\0\x20ftypavif'),
  'image/heic': bytes('\0\0\0\x20ftypheix'),
  'application/pdf': bytes('%PDF-1.7'),
  'audio/wav': bytes('RIFF\x10\x00\x00\x00WAVEfmt '),
  'audio/mpeg': bytes('\xff\xfb\x90\x64'),
  'audio/aac': bytes('\xff\xf1\x50\x80'),
  'audio/ogg': bytes('OggS'),
  'audio/flac': bytes('fLaC'),
  'video/webm': bytes('\x1a\x45\xdf\xa3'),
  'text/plain': Buffer.from('Grüße\n'),
};

describe('a type', () => {
  test.for(Object.entries(samples))('%s is known by its bytes alone', ([mediaType]) => {
    const fitting = Object.entries(samples).filter(([, sample]) => isOfType(sample, mediaType));

    expect(fitting.map(([name]) => name)).toEqual([mediaType]);
  });

  test('has a usual name', () => {
    expect(namedType('image/JPG; charset=binary')).toBe('image/jpeg');
    expect(namedType('audio/x-wav')).toBe('audio/wav');
    expect(isOfType(bytes('ID3\x04'), 'audio/mpeg')).toBe(true);
  });

  test.for(['text/html', 'application/json', 'application/octet-stream', 'image/svg+xml', 'constructor', ''])(
    '%j is not taken',
    contentType => expect(namedType(contentType)).toBeNull(),
  );

  test('of text is refused to what is no text', () => {
    expect(isOfType(Buffer.from([0xc3, 0x28]), 'text/plain')).toBe(false);
    expect(isOfType(Buffer.from('a\0b'), 'text/csv')).toBe(false);
  });

  test('of nothing is none', () => {
    expect(isOfType(Buffer.alloc(0), 'image/png')).toBe(false);
    expect(isOfType(Buffer.alloc(0), 'audio/mpeg')).toBe(false);
  });
});
