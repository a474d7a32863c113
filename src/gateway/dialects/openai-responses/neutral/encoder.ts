import type { ChatPart, FinishReason } from '../../../../spec/chat/chat-stream.ts';
import type { GatewayError } from '../../../../spec/gateway-error.ts';
import type { Usage } from '../../../../spec/usage.ts';
import { brokenEvents } from '../errors.ts';
import { endingOf } from './ending.ts';
import type { FlatRequest } from './flatten.ts';
import { Output } from './output.ts';
import { type EventSink, noEvents } from './output-sink.ts';
import { ResponseJson, type ResponseOptions } from './response-json.ts';

export type Asked = Pick<FlatRequest, 'told' | 'names'>;

export interface ResponseEncoder {
  /** Bytes of the events that say these parts; null when there is nothing to say yet. */
  push(parts: readonly ChatPart[]): Buffer | null;
  /** The events that end the stream, as the parts so far say. */
  readonly endMark: Buffer;
  /** The events that end the stream as broken, with what has been said. */
  readonly broken: (error: GatewayError, requestId: string) => Buffer;
}

/**
 * Writes a stream of parts as events of the Responses dialect. An `error` part is not written: how a stream breaks off
 * is the client dialect's to say. JSON has no raw line end, so no text can begin an event of its own.
 */
export function responseEncoder(options: ResponseOptions, asked: Asked): ResponseEncoder {
  const events = new EventText();
  const answer = new Answer(events, options, asked);
  return {
    push: parts => {
      answer.begin();
      for (const part of parts) answer.add(part);
      return events.take();
    },
    get endMark() {
      answer.begin();
      const { status, json } = answer.end();
      events.response(`response.${status}`, json);
      return events.take() ?? Buffer.alloc(0);
    },
    broken: (error, requestId) => brokenEvents(error, requestId, { ...answer.broken(), next: events.next }),
  };
}

/** A whole answer as a response: what the last event of the stream of the same parts says. */
export function encodeResponse(parts: readonly ChatPart[], options: ResponseOptions, asked: Asked): Buffer {
  const answer = new Answer(noEvents, options, asked);
  for (const part of parts) answer.add(part);
  return Buffer.from(answer.end().json);
}

class Answer {
  readonly #options: ResponseOptions;
  readonly #json: ResponseJson;
  readonly #output: Output;
  readonly #sink: EventSink;
  #begun = false;
  #finish: FinishReason | null = null;
  #usage: Usage | null = null;

  constructor(sink: EventSink, options: ResponseOptions, { told, names }: Asked) {
    this.#sink = sink;
    this.#options = { ...options, id: `resp_${options.id}` };
    this.#json = new ResponseJson(this.#options, told);
    this.#output = new Output(sink, options.id, names);
  }

  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const json = this.#json.begun();
    this.#sink.response('response.created', json);
    this.#sink.response('response.in_progress', json);
  }

  add(part: ChatPart): void {
    switch (part.type) {
      case 'start':
      case 'error':
        return;
      case 'usage':
        this.#usage = part.usage;
        return this.#close();
      case 'finish':
        if (part.choice === 0) this.#finish = part.reason;
        return;
      default:
        this.#output.add(part);
    }
  }

  end(): { readonly status: string; readonly json: string } {
    this.#close();
    const ending = endingOf(this.#finish, this.#output.refused);
    return { status: ending.status, json: this.#json.ended(ending, this.#output.items, this.#usage) };
  }

  broken(): { readonly id: string; readonly response: object } {
    const { id, model, createdSeconds } = this.#options;
    return { id, response: { created_at: createdSeconds, model, output: this.#output.items } };
  }

  #close(): void {
    this.#output.end(endingOf(this.#finish, this.#output.refused).status === 'incomplete');
  }
}

class EventText implements EventSink {
  #text = '';
  /** Number of the next event. */
  next = 0;

  event(type: string, data: object): void {
    const head = JSON.stringify({ type, sequence_number: this.next++, ...data });
    this.#text += `event: ${type}\ndata: ${head}\n\n`;
  }

  response(type: string, json: string): void {
    this.#text += `event: ${type}\ndata: {"type":"${type}","sequence_number":${this.next++},"response":${json}}\n\n`;
  }

  delta(type: string, head: string, text: string): void {
    const number = this.next++;
    this.#text += `event: ${type}\ndata: ${head},"sequence_number":${number},"delta":${JSON.stringify(text)}}\n\n`;
  }

  take(): Buffer | null {
    const text = this.#text;
    this.#text = '';
    return text === '' ? null : Buffer.from(text);
  }
}
