import type { ChatPart, FinishReason } from '../../../../spec/chat/chat-stream.ts';
import type { Usage } from '../../../../spec/usage.ts';
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
  };
}

/** A whole answer as a response: what the last event of the stream of the same parts says. */
export function encodeResponse(parts: readonly ChatPart[], options: ResponseOptions, asked: Asked): Buffer {
  const answer = new Answer(noEvents, options, asked);
  for (const part of parts) answer.add(part);
  return Buffer.from(answer.end().json);
}

class Answer {
  readonly #json: ResponseJson;
  readonly #output: Output;
  readonly #sink: EventSink;
  #begun = false;
  #finish: FinishReason | null = null;
  #usage: Usage | null = null;

  constructor(sink: EventSink, options: ResponseOptions, { told, names }: Asked) {
    this.#sink = sink;
    this.#json = new ResponseJson({ ...options, id: `resp_${options.id}` }, told);
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

  #close(): void {
    this.#output.end(endingOf(this.#finish, this.#output.refused).status === 'incomplete');
  }
}

class EventText implements EventSink {
  #text = '';
  #number = 0;

  event(type: string, data: object): void {
    const head = JSON.stringify({ type, sequence_number: this.#number++, ...data });
    this.#text += `event: ${type}\ndata: ${head}\n\n`;
  }

  response(type: string, json: string): void {
    this.#text += `event: ${type}\ndata: {"type":"${type}","sequence_number":${this.#number++},"response":${json}}\n\n`;
  }

  delta(type: string, head: string, text: string): void {
    const number = this.#number++;
    this.#text += `event: ${type}\ndata: ${head},"sequence_number":${number},"delta":${JSON.stringify(text)}}\n\n`;
  }

  take(): Buffer | null {
    const text = this.#text;
    this.#text = '';
    return text === '' ? null : Buffer.from(text);
  }
}
