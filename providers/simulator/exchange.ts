import type { UpstreamExchange, UpstreamFailure, UpstreamHandler } from '../../src/spec/upstream.ts';
import type { Reply } from './reply.ts';

/** Chunks sent before the event loop gets its turn. */
const BURST = 32;

/** Plays one reply to one handler: delays, gaps, pause and resume, abort. Never calls back before `send` has returned. */
export class SimulatorExchange implements UpstreamExchange {
  readonly #handler: UpstreamHandler;
  readonly #onOver: () => void;
  #over = false;
  #paused = false;
  /** What pausing kept from running. */
  #waiting: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  readonly sent = false;

  constructor(handler: UpstreamHandler, onOver: () => void) {
    this.#handler = handler;
    this.#onOver = onOver;
    queueMicrotask(() => this.#over || this.#handler.onSent?.());
  }

  answer(reply: Reply): void {
    if (this.#over) return;
    if (reply.streamed) this.#handler.onHeaders(reply.status, reply.headers);
    this.#after(reply.delayMillis, () => {
      if (!reply.streamed) this.#handler.onHeaders(reply.status, reply.headers);
      this.#pump(reply);
    });
  }

  fail(detail: string, code: UpstreamFailure['code'] = 'invalid'): void {
    if (this.#over) return;
    this.#end();
    this.#handler.onError({ code, detail });
  }

  abort(): void {
    this.#end();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const step = this.#waiting;
    this.#waiting = null;
    if (step) this.#after(0, step);
  }

  #pump(reply: Reply): void {
    for (let sent = 0; sent < (reply.gapMillis > 0 ? 1 : BURST); sent++) {
      if (this.#over) return;
      if (this.#paused) break;
      const chunk = reply.chunks.next();
      if (chunk.done) {
        this.#end();
        this.#handler.onEnd();
        return;
      }
      this.#handler.onData(Buffer.from(chunk.value));
    }
    this.#after(reply.gapMillis, () => this.#pump(reply));
  }

  #after(millis: number, step: () => void): void {
    if (this.#over) return;
    const run = () => {
      if (this.#over) return;
      if (this.#paused) this.#waiting = step;
      else step();
    };
    if (millis > 0) this.#timer = setTimeout(run, millis);
    else this.#immediate = setImmediate(run);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting = null;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#onOver();
  }
}
