import type Anthropic from '@anthropic-ai/sdk';
import type { ChatDecoder, ServerEvent } from '../../src/spec/chat/chat-codec.ts';
import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { readMessagesFailure } from '../../src/spec/chat/messages-failure.ts';
import { type Fields, fieldsOf, isFields } from './fields.ts';
import { MessageReader } from './message-reader.ts';

type EventType = Anthropic.RawMessageStreamEvent['type'];
type Read = (event: Fields, reader: MessageReader) => readonly ChatPart[];

const events: Readonly<Record<EventType, Read>> = {
  message_start: (event, reader) => reader.start(fieldsOf(event.message)),
  content_block_start: (event, reader) => reader.blockStart(Number(event.index), fieldsOf(event.content_block)),
  content_block_delta: (event, reader) => reader.blockDelta(Number(event.index), fieldsOf(event.delta)),
  content_block_stop: (event, reader) => reader.blockStop(Number(event.index)),
  message_delta: (event, reader) => {
    reader.ending(fieldsOf(event.delta), event.usage);
    return [];
  },
  message_stop: (_, reader) => reader.finish(),
};

const isKnown = (type: unknown): type is EventType => typeof type === 'string' && Object.hasOwn(events, type);

/** Decodes one stream. Events that are not known mean nothing, `ping` among them: new ones may come at any time. */
export function decoder(): ChatDecoder {
  const reader = new MessageReader();
  let ended = false;
  let failed = false;

  return {
    read({ data }: ServerEvent) {
      if (ended) return [];
      const event: unknown = JSON.parse(data);
      if (!isFields(event)) throw new TypeError('an event that is no object');
      const { type } = event;
      failed = type === 'error';
      ended = failed || type === 'message_stop';
      if (failed) return [{ type: 'error', error: readMessagesFailure(event) }];
      return isKnown(type) ? events[type](event, reader) : [];
    },
    end() {
      if (ended) return { parts: [], complete: !failed };
      ended = true;
      return reader.stopped ? { parts: reader.finish(), complete: true } : { parts: [], complete: false };
    },
    get ended() {
      return ended;
    },
  };
}
