import { EventCursor } from '../../../src/gateway/sse/event-cursor.ts';
import { SseSplitter } from '../../../src/gateway/sse/sse-splitter.ts';

export interface SeenEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string;
}

/** All events of a stream that arrives in these chunks, and everything that came out again, joined. */
export function eventsOf(chunks: readonly Buffer[]): { readonly events: SeenEvent[]; readonly joined: Buffer } {
  const splitter = new SseSplitter();
  const cursor = new EventCursor();
  const events: SeenEvent[] = [];
  const out: Buffer[] = [];
  for (const chunk of chunks) {
    const stretch = splitter.push(chunk);
    if (stretch === null) continue;
    out.push(stretch);
    cursor.enter(stretch);
    while (cursor.next()) {
      const { type, id, hasData, bytes, dataStart, dataEnd } = cursor;
      if (hasData) events.push({ type, data: bytes.toString('utf8', dataStart, dataEnd), id });
    }
  }
  return { events, joined: Buffer.concat([...out, splitter.end() ?? Buffer.alloc(0)]) };
}

/** The same bytes in pieces of one size. */
export function inPieces(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** The same bytes, cut at these places. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map(place => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}
