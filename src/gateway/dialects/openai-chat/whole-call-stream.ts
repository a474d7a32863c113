import type { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import type { Reading, StreamReader } from '../../ingress/ingress.ts';
import { thinkingAnswer } from './thinking-content.ts';
import { WholeCalls } from './whole-calls.ts';

/** Another reader's stream, for clients that take calls only whole. */
export class WholeCallStream implements StreamReader {
  readonly #inner: StreamReader;
  readonly #calls = new WholeCalls();

  constructor(inner: StreamReader) {
    this.#inner = inner;
  }

  push(chunk: Buffer): Buffer | null {
    const events = this.#inner.push(chunk);
    return events === null ? null : this.#calls.push(events);
  }

  end(): void {
    this.#inner.end();
  }

  get finished(): boolean {
    return this.#inner.finished;
  }

  /** Read once, when the stream is finished. */
  get endMark(): Buffer {
    return this.#calls.end(this.#inner.endMark);
  }

  get contentSeen(): boolean {
    return this.#inner.contentSeen;
  }

  get outputBytes(): number {
    return this.#inner.outputBytes;
  }

  get usage(): Usage | null {
    return this.#inner.usage;
  }

  get partial(): Usage | null {
    return this.#inner.partial ?? null;
  }

  get flags(): string {
    return this.#inner.flags;
  }

  get failure(): GatewayError | null {
    return this.#inner.failure;
  }
}

/** How an answer is read for such a client. It asks for no usage, and takes it all the same. */
export function wholeCallReading({ readReply, openStream, streamType }: Reading): Reading {
  return {
    ...(streamType !== undefined && { streamType }),
    readReply: (body, redact) => {
      const facts = readReply(body, redact);
      const told = facts.failure === null ? thinkingAnswer(facts.body ?? body) : null;
      if (told === null) return facts;
      const { usage, flags, outputBytes, failure } = facts;
      return { usage, flags, outputBytes, failure, body: told };
    },
    ...(openStream && { openStream: options => new WholeCallStream(openStream({ ...options, hideUsage: false })) }),
  };
}
