import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isAway } from '../store/database-error.ts';

export interface LinkTimes {
  /** How long a start that could serve without the database waits for it. */
  readonly patienceMillis: number;
  /** Wait between two tries at first, and at most. */
  readonly againMillis: number;
  readonly againMostMillis: number;
}

export const linkTimes: LinkTimes = Object.freeze({ patienceMillis: 5_000, againMillis: 500, againMostMillis: 5_000 });

/**
 * The way to the database at a start. `attach` does all that has to be done before it is used, and may be tried again
 * after it failed.
 */
export class DatabaseLink {
  attached = false;
  /** Why it is not attached, for the operator; empty as long as nothing is known. */
  trouble = '';
  readonly #attach: () => Promise<void>;
  readonly #logger: Pick<Logger, 'info' | 'error'>;
  readonly #times: LinkTimes;
  readonly #closing = new AbortController();
  #trying: Promise<void> | null = null;
  #following: Promise<void> | null = null;

  constructor(attach: () => Promise<void>, logger: Pick<Logger, 'info' | 'error'>, times: LinkTimes = linkTimes) {
    this.#attach = attach;
    this.#logger = logger;
    this.#times = times;
  }

  /** One try. Throws whatever is in the way. */
  async attachNow(): Promise<void> {
    await this.#try();
  }

  /**
   * Tries for a while. Answers whether it succeeded; throws what is not cured by waiting: a database that answers, but
   * cannot be used.
   */
  async attachSoon(): Promise<boolean> {
    const { patienceMillis, againMillis } = this.#times;
    const deadline = performance.now() + patienceMillis;
    while (performance.now() < deadline) {
      const attached = this.#try().then(
        () => true,
        (error: unknown) => {
          if (!isAway(error)) throw error;
          return false;
        },
      );
      const late = sleep(deadline - performance.now(), 'late' as const, { ref: false });
      const answer = await Promise.race([attached, late]);
      if (answer === true) return true;
      if (answer === 'late') {
        this.trouble ||= 'The database does not answer.';
        attached.catch(() => undefined); // whoever follows tells of it
        return false;
      }
      await sleep(againMillis);
    }
    return false;
  }

  /** Goes on trying until it succeeds or the link is closed. What is in the way is told once, and again when it changes. */
  follow(): void {
    this.#following = this.#follow();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    let pauseMillis = this.#times.againMillis;
    let told = this.trouble;
    while (!signal.aborted) {
      try {
        await this.#try();
        return this.#logger.info('the database is there: the configuration comes from it, and usage goes to it');
      } catch {
        if (told !== this.trouble) this.#logger.error({ reason: this.trouble }, 'the database cannot be used yet');
        told = this.trouble;
      }
      await sleep(pauseMillis, undefined, { signal, ref: false }).catch(() => undefined); // closing cuts it short
      pauseMillis = Math.min(2 * pauseMillis, this.#times.againMostMillis);
    }
  }

  /** One at a time: who asks while a try is under way shares it. */
  #try(): Promise<void> {
    this.#trying ??= this.#attach()
      .then(
        () => {
          this.attached = true;
          this.trouble = '';
        },
        (error: unknown) => {
          this.trouble = error instanceof Error ? error.message : String(error);
          throw error;
        },
      )
      .finally(() => {
        this.#trying = null;
      });
    return this.#trying;
  }
}
