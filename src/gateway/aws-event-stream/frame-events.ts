import type { ServerEvent } from '../../spec/chat/chat-codec.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { EventReader } from '../translation/event-reader.ts';
import { type Frame, FrameDecoder } from './frame-decoder.ts';

/**
 * The events of an AWS event stream. A frame is an event with its type, an exception that the service declares, or an
 * error that it does not, which has no payload: https://smithy.io/2.0/aws/amazon-eventstream.html#event-message.
 */
export class FrameEvents implements EventReader {
  readonly #decoder = new FrameDecoder();

  push(chunk: Buffer): void {
    this.#decoder.push(chunk);
  }

  /** A frame without its end says nothing. */
  end(): void {}

  next(): ServerEvent | null {
    const frame = this.#decoder.next();
    return frame === null ? null : eventOf(frame);
  }
}

function eventOf({ headers, payload }: Frame): ServerEvent {
  const data = payload.toString('utf8');
  switch (headers.get(':message-type')) {
    case 'event':
      return { type: headers.get(':event-type') ?? '', data };
    case 'exception':
      return { type: headers.get(':exception-type') ?? '', data, failed: true };
    case 'error':
      return { type: headers.get(':error-code') ?? '', data: unmodeled(headers), failed: true };
    default:
      throw new GatewayError('upstream_invalid', { detail: 'a frame that is neither event, exception nor error' });
  }
}

const unmodeled = (headers: Frame['headers']): string => JSON.stringify({ message: headers.get(':error-message') });
