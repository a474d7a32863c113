import type { ServerEvent } from '../../spec/chat/chat-codec.ts';
import type { EventReader } from '../translation/event-reader.ts';
import { EventCursor } from './event-cursor.ts';
import { SseSplitter } from './sse-splitter.ts';

const BLANK_LINE = Buffer.from('\n\n');

/** The events of a `text/event-stream` that hold data. */
export class SseEvents implements EventReader {
  readonly #splitter = new SseSplitter();
  readonly #cursor = new EventCursor();

  push(chunk: Buffer): void {
    const stretch = this.#splitter.push(chunk);
    if (stretch !== null) this.#cursor.enter(stretch);
  }

  /** A last event may lack its blank line. */
  end(): void {
    const rest = this.#splitter.end();
    if (rest !== null) this.#cursor.enter(Buffer.concat([rest, BLANK_LINE]));
  }

  next(): ServerEvent | null {
    const cursor = this.#cursor;
    while (cursor.next()) {
      if (!cursor.hasData) continue;
      const data = cursor.bytes.toString('utf8', cursor.dataStart, cursor.dataEnd);
      return { type: cursor.type || 'message', data };
    }
    return null;
  }
}
