import type { ChatDecoder, ServerEvent } from '../../src/spec/chat/chat-codec.ts';
import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { type Fields, fieldsOf, isFields } from '../anthropic/fields.ts';
import { streamError } from './errors.ts';
import { MessageReader } from './message-reader.ts';

type Read = (event: Fields, reader: MessageReader) => readonly ChatPart[];

const NOTHING: readonly ChatPart[] = [];

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
const events: Readonly<Record<string, Read>> = {
  messageStart: () => [{ type: 'start' }],
  contentBlockStart: (event, reader) => reader.blockStart(Number(event.contentBlockIndex), fieldsOf(event.start)),
  contentBlockDelta: (event, reader) => reader.blockDelta(Number(event.contentBlockIndex), fieldsOf(event.delta)),
  contentBlockStop: (event, reader) => reader.blockStop(Number(event.contentBlockIndex)),
  messageStop: (event, reader) => {
    reader.stop(event);
    return NOTHING;
  },
  metadata: (event, reader) => {
    reader.metadata(event);
    return reader.stopped ? reader.finish() : NOTHING;
  },
};

/** Decodes one stream. Events that are not known mean nothing: new ones may come at any time. */
export function decoder(): ChatDecoder {
  const reader = new MessageReader();
  let ended = false;
  let failed = false;

  return {
    read({ type, data, failed: refused }: ServerEvent) {
      if (ended) return NOTHING;
      failed = refused === true;
      if (failed) {
        ended = true;
        return [{ type: 'error', error: streamError(type, data) }];
      }
      if (!Object.hasOwn(events, type)) return NOTHING;
      const event: unknown = JSON.parse(data);
      if (!isFields(event)) throw new TypeError('an event that is no object');
      const parts = events[type]!(event, reader);
      // Counts come last, behind the reason to stop.
      ended = type === 'metadata' && reader.stopped;
      return parts;
    },
    end() {
      if (ended) return { parts: NOTHING, complete: !failed };
      ended = true;
      return reader.stopped ? { parts: reader.finish(), complete: true } : { parts: NOTHING, complete: false };
    },
    get ended() {
      return ended;
    },
  };
}
