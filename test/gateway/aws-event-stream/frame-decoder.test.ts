import { describe, expect, test } from 'vitest';
import { FrameDecoder } from '../../../src/gateway/aws-event-stream/frame-decoder.ts';
import { limits } from '../../../src/spec/limits.ts';
import { eventFrame, frame, rawFrame } from '../../support/aws-frames.ts';
import { inPieces } from '../sse/events-of.ts';
import { framesOf } from './frames-of.ts';

const hello = eventFrame('messageStart', { role: 'assistant' });
const text = eventFrame('contentBlockDelta', { delta: { text: '🌍' }, contentBlockIndex: 0 });
const both = Buffer.concat([hello, text]);

/** AWS's own example: no headers, no payload. https://smithy.io/2.0/aws/amazon-eventstream.html */
const EMPTY = Buffer.from('000000100000000005c248eb7d98c8ff', 'hex');

test('a frame is its headers and its payload', () => {
  expect(framesOf([both])).toEqual({
    frames: [
      {
        headers: { ':event-type': 'messageStart', ':content-type': 'application/json', ':message-type': 'event' },
        payload: '{"role":"assistant"}',
      },
      {
        headers: { ':event-type': 'contentBlockDelta', ':content-type': 'application/json', ':message-type': 'event' },
        payload: '{"delta":{"text":"🌍"},"contentBlockIndex":0}',
      },
    ],
    failure: null,
  });
});

test('one without headers and payload is one', () => {
  expect(framesOf([EMPTY])).toEqual({ frames: [{ headers: {}, payload: '' }], failure: null });
});

test.each([1, 2, 3, 5, 7, 11, 12, 13, 64])('cut into pieces of %i bytes it is the same', size => {
  expect(framesOf(inPieces(Buffer.concat([both, both, both]), size))).toEqual(framesOf([both, both, both]));
});

test('headers of every type are passed over, texts are read', () => {
  const value = (type: number, bytes: number) => ({ type, bytes: Buffer.alloc(bytes, 1) });
  const whole = frame(
    [
      ['yes', value(0, 0)],
      ['no', value(1, 0)],
      ['byte', value(2, 1)],
      ['short', value(3, 2)],
      ['int', value(4, 4)],
      ['long', value(5, 8)],
      ['bytes', { type: 6, bytes: Buffer.from([0, 2, 9, 9]) }],
      ['text', 'said'],
      ['time', value(8, 8)],
      ['uuid', value(9, 16)],
      ['last', ''],
    ],
    'x',
  );

  expect(framesOf([whole]).frames).toEqual([{ headers: { text: 'said', last: '' }, payload: 'x' }]);
});

test('an unfinished frame is none', () => {
  const decoder = new FrameDecoder();
  decoder.push(hello.subarray(0, -1));

  expect(decoder.next()).toBeNull();
  decoder.push(hello.subarray(-1));
  expect(decoder.next()).not.toBeNull();
  expect(decoder.next()).toBeNull();
});

describe('is given up as upstream_invalid', () => {
  const flipped = (bytes: Buffer, at: number) => {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 0x01;
    return copy;
  };
  const header = (...bytes: number[]) => rawFrame(Buffer.from(bytes), Buffer.from('x'));
  const A = 0x61;

  test.each<[why: string, bytes: Buffer, detail: string]>([
    ['a bit of the total length', flipped(hello, 3), 'checksum of a prelude'],
    ['a bit of the length of the headers', flipped(hello, 7), 'checksum of a prelude'],
    ['a bit of the checksum of the prelude', flipped(hello, 11), 'checksum of a prelude'],
    ['a bit of a header', flipped(hello, 14), 'checksum of a frame'],
    ['a bit of the payload', flipped(hello, hello.length - 8), 'checksum of a frame'],
    ['a bit of the last checksum', flipped(hello, hello.length - 1), 'checksum of a frame'],
    ['a length below that of an empty frame', rawFrame(Buffer.alloc(0), Buffer.alloc(0), 15), 'prelude'],
    ['headers beyond the frame', rawFrame(Buffer.from([1, A, 0]), Buffer.from('x'), 18), 'prelude'],
    [
      'a frame above 16 MiB',
      rawFrame(Buffer.alloc(0), Buffer.alloc(0), limits.eventFrameBytes + 1),
      'length of a frame',
    ],
    ['a header without a name', header(0, 0), 'list of headers'],
    ['a header without a type', header(1, A), 'list of headers'],
    ['a header of an unknown type', header(1, A, 10), 'list of headers'],
    ['a header whose value is cut off', header(1, A, 5, 0, 0), 'list of headers'],
    ['a text whose length is cut off', header(1, A, 7, 0), 'list of headers'],
    ['a text that is cut off', header(1, A, 7, 0, 2, A), 'list of headers'],
    ['the same header twice', header(1, A, 0, 1, A, 0), 'list of headers'],
  ])('%s', (_, bytes, detail) => {
    const failure = `upstream_invalid: an event stream with a wrong ${detail}`;
    for (const size of [bytes.length, 5, 1]) {
      const { frames, failure: why } = framesOf([text, ...inPieces(bytes, size), text]);
      expect(frames).toHaveLength(1);
      expect(why).toBe(failure);
    }
  });

  test('also when what waits is asked for again', () => {
    const decoder = new FrameDecoder();
    decoder.push(flipped(hello, 3));

    expect(() => decoder.next()).toThrow();
    decoder.push(text);
    expect(() => decoder.next()).toThrow();
  });
});
