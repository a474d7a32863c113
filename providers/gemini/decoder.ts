import type { ChatDecoder, ServerEvent } from '../../src/spec/chat/chat-codec.ts';
import { readContentFailure } from '../../src/spec/chat/content-failure.ts';
import { AnswerReader } from './answer-reader.ts';
import { isFields } from './fields.ts';

/** Decodes one stream. Nothing in it says that it is over: it is complete if its candidates were when it closes. */
export function decoder(): ChatDecoder {
  const reader = new AnswerReader();
  let failed = false;
  let closed = false;

  return {
    read({ data }: ServerEvent) {
      if (failed || closed) return [];
      const parsed: unknown = JSON.parse(data);
      // An error may come in a list, as from the endpoint that streams without events.
      const chunk: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
      if (!isFields(chunk)) throw new TypeError('an event that is no object');
      if (!isFields(chunk.error)) return reader.read(chunk);
      failed = true;
      return [{ type: 'error', error: readContentFailure(chunk.error) }];
    },
    end() {
      const complete = !failed && !closed && reader.complete;
      closed = true;
      return { parts: complete ? reader.finish() : [], complete };
    },
    get ended() {
      return failed;
    },
  };
}
