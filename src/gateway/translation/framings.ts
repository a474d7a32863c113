import type { Framing } from '../../spec/provider.ts';
import { FrameEvents } from '../aws-event-stream/frame-events.ts';
import { LineEvents } from '../ndjson/line-events.ts';
import { SseEvents } from '../sse/sse-events.ts';
import type { EventReader } from './event-reader.ts';

/** What a stream is asked for as and answered with, and how its events are found. */
interface FramingForm {
  readonly contentType: string;
  readonly open: () => EventReader;
}

const forms: Readonly<Record<Framing, FramingForm>> = {
  sse: { contentType: 'text/event-stream', open: () => new SseEvents() },
  ndjson: { contentType: 'application/x-ndjson', open: () => new LineEvents() },
  'aws-event-stream': { contentType: 'application/vnd.amazon.eventstream', open: () => new FrameEvents() },
};

export const framingForm = (framing: Framing = 'sse'): FramingForm => forms[framing];
