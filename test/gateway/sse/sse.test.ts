import { describe, expect, test } from 'vitest';
import { EventCursor } from '../../../src/gateway/sse/event-cursor.ts';
import { SseSplitter } from '../../../src/gateway/sse/sse-splitter.ts';
import { eventsOf, inPieces } from './events-of.ts';

const data = (text: string) => eventsOf([Buffer.from(text)]).events.map(event => event.data);

describe('the event splitter', () => {
  test('gives complete events only and keeps the tail', () => {
    const splitter = new SseSplitter();

    expect(splitter.push(Buffer.from('data: a\n\ndata: b'))?.toString()).toBe('data: a\n\n');
    expect(splitter.push(Buffer.from('c\n'))).toBeNull();
    expect(splitter.push(Buffer.from('\ndata: d'))?.toString()).toBe('data: bc\n\n');
    expect(splitter.end()?.toString()).toBe('data: d');
    expect(splitter.end()).toBeNull();
  });

  test('passes a read of whole events on without copying it', () => {
    const chunk = Buffer.from('data: a\n\ndata: b\n\n');

    expect(new SseSplitter().push(chunk)).toBe(chunk);
  });

  test.each(['\n', '\r\n', '\r'])('cuts at blank lines that end with %j, however the bytes arrive', end => {
    const text = ['event: x', 'data: ä€😀', '', ': comment', 'data: 2', 'data:3', '', ': end'].join(end);
    for (let size = 1; size < 12; size++) {
      const { events, joined } = eventsOf(inPieces(Buffer.from(text), size));
      expect(events).toEqual([
        { type: 'x', data: 'ä€😀', id: '' },
        { type: '', data: '2\n3', id: '' },
      ]);
      expect(joined.toString()).toBe(text);
    }
  });

  test('waits for the LF that may follow the last CR, so that a cut between them changes nothing', () => {
    const splitter = new SseSplitter();

    expect(splitter.push(Buffer.from('data: a\r\n\r'))).toBeNull();
    expect(splitter.push(Buffer.from('\n'))?.toString()).toBe('data: a\r\n\r\n');
    expect(splitter.push(Buffer.from('data: b\r\r'))).toBeNull();
    expect(splitter.push(Buffer.from('data: c'))?.toString()).toBe('data: b\r\r');
    expect(splitter.end()?.toString()).toBe('data: c');
  });

  test('ends a stream whose event grows beyond 16 MiB, in pieces or at once', () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const splitter = new SseSplitter();
    for (let index = 0; index < 16; index++) expect(splitter.push(piece)).toBeNull();
    expect(() => splitter.push(piece)).toThrow(expect.objectContaining({ code: 'upstream_invalid' }));

    const cursor = new EventCursor();
    cursor.enter(Buffer.concat([...Array.from({ length: 17 }, () => piece), Buffer.from('\n\n')]));
    expect(() => cursor.next()).toThrow(expect.objectContaining({ code: 'upstream_invalid' }));
  });

  test('holds no more than twice its tail for an event that arrives byte by byte', () => {
    const splitter = new SseSplitter();
    const byte = Buffer.from('x');
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 300_000; index++) splitter.push(byte);

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
    expect(splitter.push(Buffer.from('\n\n'))).toHaveLength(300_002);
  });
});

describe('the event cursor', () => {
  test.each([
    ['data:a\n\n', ['a']],
    ['data:  a\n\n', [' a']],
    ['data\n\n', ['']],
    ['data:\n\n', ['']],
    ['data: a\ndata\ndata: b\n\n', ['a\n\nb']],
    ['\ufeffdata: a\n\ndata: b\n\n', ['a', 'b']],
    [': x\n\n\n\ndata: a\n\n', ['a']],
    ['event: ping\n\nretry: 10\n\n', []],
    ['dataset: a\n\ndat: b\n\n:data: c\n\n data: d\n\n', []],
    ['data: a\r\r\ndata: b\n\n', ['a', 'b']],
    ['data: a\rdata: b\n\r:', ['a\nb']],
    ['data: never finished', []],
    ['data: a:b: c\n\n', ['a:b: c']],
  ])('reads %j as the standard says', (text, expected) => {
    expect(data(text)).toEqual(expected);
  });

  test('keeps the last id and forgets the type with each event', () => {
    expect(
      eventsOf([Buffer.from('id: 1\nevent: a\ndata: x\n\ndata: y\n\nid: b\u0000d\ndata: z\n\nid\ndata: w\n\n')]).events,
    ).toEqual([
      { type: 'a', data: 'x', id: '1' },
      { type: '', data: 'y', id: '1' },
      { type: '', data: 'z', id: '1' },
      { type: '', data: 'w', id: '' },
    ]);
  });
});
