import type { Logger } from 'pino';
import type { Segment } from './segment.ts';
import { setAside } from './set-aside.ts';

export interface BatchSettings {
  readonly directory: string;
  readonly append: (events: readonly string[]) => Promise<number>;
  readonly logger: Pick<Logger, 'error'>;
}

const EVENTS = 500;
const CHARACTERS = 1024 * 1024;

/**
 * Events that were read and not yet committed: at most a few hundred, because reading goes on only when they are gone.
 * When the database refuses what is in them, ever smaller parts are tried, until the one that it cannot take stands
 * alone and is set aside.
 */
export class Batch {
  readonly #settings: BatchSettings;
  readonly #texts: string[] = [];
  readonly #segments: Segment[] = [];
  #characters = 0;
  #most = EVENTS;
  /** Of this process. */
  setAside = 0;

  constructor(settings: BatchSettings) {
    this.#settings = settings;
  }

  get length(): number {
    return this.#texts.length;
  }

  get characters(): number {
    return this.#characters;
  }

  get full(): boolean {
    return this.length >= EVENTS || this.#characters >= CHARACTERS;
  }

  /** An event with the segment that holds it until it is committed. */
  add(text: string, segment: Segment): void {
    this.#texts.push(text);
    this.#segments.push(segment);
    segment.uncommitted += 1;
    this.#characters += text.length;
  }

  /** Commits everything. Throws when the database does not take it now; what is left stays for the next time. */
  async commit(): Promise<void> {
    while (this.length > 0) {
      const part = this.#texts.slice(0, this.#most);
      try {
        await this.#settings.append(part);
      } catch (error) {
        if (!isDataError(error)) throw error;
        if (part.length > 1) {
          this.#most = part.length >> 1;
          continue;
        }
        await this.#putAside(part[0]!, error);
      }
      this.#remove(part.length);
      this.#most = Math.min(EVENTS, 2 * this.#most);
    }
  }

  async #putAside(text: string, error: unknown): Promise<void> {
    await setAside(this.#settings.directory, text);
    this.setAside += 1;
    const { code, message } = error as { code: string; message: string };
    this.#settings.logger.error({ event: text.slice(0, 64), code, reason: message }, 'a usage event was set aside');
  }

  #remove(count: number): void {
    for (const text of this.#texts.splice(0, count)) this.#characters -= text.length;
    for (const segment of this.#segments.splice(0, count)) segment.uncommitted -= 1;
  }
}

/** SQLSTATE classes of errors that lie in the row: data, integrity, and the limits of a page. */
function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(22|23|54)...$/.test(code);
}
