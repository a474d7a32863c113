import type { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import type { StreamReader } from '../../ingress/ingress.ts';
import { SseEvents } from '../../sse/sse-events.ts';
import { arrayFrame } from './frames.ts';

/** A stream of events as one JSON array, which grows as they come. */
export class ArrayStreamReader implements StreamReader {
  readonly #inner: StreamReader;
  readonly #events = new SseEvents();
  readonly #frame = arrayFrame();
  #endMark: Buffer | null = null;

  constructor(inner: StreamReader) {
    this.#inner = inner;
  }

  get finished(): boolean {
    return this.#inner.finished;
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

  /** Closes the array. */
  get endMark(): Buffer {
    this.#endMark ??= Buffer.from(this.#elements(this.#inner.endMark) + this.#frame.end());
    return this.#endMark;
  }

  push(chunk: Buffer): Buffer | null {
    const bytes = this.#inner.push(chunk);
    const elements = bytes === null ? '' : this.#elements(bytes);
    return elements === '' ? null : Buffer.from(elements);
  }

  end(): void {
    this.#inner.end();
  }

  #elements(bytes: Buffer): string {
    let text = '';
    this.#events.push(bytes);
    for (let event = this.#events.next(); event !== null; event = this.#events.next()) {
      if (event.data.trim() !== '') text += this.#frame.write(event.data);
    }
    return text;
  }
}
