import { createParser } from 'eventsource-parser';
import type { ServerEvent } from '../../src/spec/chat/chat-codec.ts';

/** The events of a whole stream, read by a parser that is not ours. */
export function serverEvents(text: string): readonly ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = createParser({ onEvent: ({ event = 'message', data }) => events.push({ type: event, data }) });
  parser.feed(text);
  return events;
}
