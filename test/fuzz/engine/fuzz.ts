import fc from 'fast-check';
import { Seeded } from '../../support/seeded.ts';
import { Coverage } from './coverage.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';

/** Inputs between two looks at coverage and memory: a look costs a millisecond or two. */
const MOST_BATCH = 512;
const BATCH_MILLIS = 30;
/** An input may take so much of a processor; what takes longer is tried again, since the collector may have come. */
const SLOW_MILLIS = 500;
const MOST_RESIDENT_BYTES = 2 * 1024 ** 3;
const MOST_KEPT = 5_000;
const MOST_FAILURES = 20;

export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  readonly seconds: number;
  /** Inputs of earlier runs, to begin with beside the seeds. */
  readonly saved: readonly Buffer[];
  /** Told of every input before it runs, so that somebody else knows which one never came back. */
  readonly announce?: (input: Buffer) => void;
}

export interface Failure {
  readonly input: Buffer;
  readonly message: string;
}

export interface FuzzReport {
  readonly inputs: number;
  readonly seconds: number;
  /** Characters of our code that ran. */
  readonly reached: number;
  /** Inputs that reached something new and were mutated further. */
  readonly kept: number;
  readonly slowestMillis: number;
  readonly failures: readonly Failure[];
}

/** Runs seeds, then generated and mutated inputs, until one of the bounds is met. */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const run = new FuzzRun(target, options);
  try {
    return await run.all();
  } finally {
    run.close();
  }
}

class FuzzRun {
  readonly #target: FuzzTarget;
  readonly #options: FuzzOptions;
  readonly #random: Seeded;
  readonly #coverage = new Coverage();
  readonly #pool: Buffer[];
  readonly #failures = new Map<string, Failure>();
  readonly #begun = performance.now();
  #inputs = 0;
  #size = 64;
  #slowestMillis = 0;

  constructor(target: FuzzTarget, options: FuzzOptions) {
    this.#target = target;
    this.#options = options;
    this.#random = new Seeded(options.seed);
    this.#pool = [...options.saved, ...target.seeds()];
  }

  async all(): Promise<FuzzReport> {
    for (const input of this.#pool) await this.#one(input);
    this.#coverage.look();
    this.#coverage.learn();
    while (this.#inputs < this.#options.count && this.#elapsed() < this.#options.seconds) {
      await this.#batch();
      if (this.#failures.size >= MOST_FAILURES) break;
    }
    return {
      inputs: this.#inputs,
      seconds: this.#elapsed(),
      reached: this.#coverage.size,
      kept: this.#pool.length,
      slowestMillis: this.#slowestMillis,
      failures: [...this.#failures.values()],
    };
  }

  close(): void {
    this.#coverage.close();
  }

  #elapsed(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  async #batch(): Promise<void> {
    const inputs = this.#nextInputs();
    const begun = performance.now();
    for (const input of inputs) await this.#one(input);
    const millis = performance.now() - begun;
    this.#size = Math.max(1, Math.min(MOST_BATCH, Math.round((this.#size * BATCH_MILLIS) / millis), 2 * this.#size));
    if (this.#pool.length < MOST_KEPT && this.#coverage.look()) await this.#keepNew(inputs);
    const resident = process.memoryUsage.rss();
    if (resident > MOST_RESIDENT_BYTES) {
      throw new Error(`${resident} bytes resident after ${this.#inputs} inputs of ${this.#target.name}`);
    }
  }

  #nextInputs(): readonly Buffer[] {
    const { generator, words } = this.#target;
    const size = Math.min(this.#size, Math.max(1, this.#options.count - this.#inputs));
    const generated = generator === undefined ? 0 : Math.floor(size / 8);
    const fresh =
      generator === undefined || generated === 0
        ? []
        : fc.sample(generator, { numRuns: generated, seed: this.#random.below(2 ** 31) });
    const pool = [...this.#pool, ...fresh];
    const material = { words, pool };
    const mutated = Array.from({ length: size - fresh.length }, () =>
      mutate(this.#random.pick(pool), this.#random, material),
    );
    return [...fresh, ...mutated];
  }

  /** Halves the batch until the inputs stand alone that reach what nothing reached before. */
  async #keepNew(inputs: readonly Buffer[]): Promise<void> {
    for (const input of inputs) await this.#attempt(input);
    if (!this.#coverage.look()) return;
    if (inputs.length === 1) {
      this.#coverage.learn();
      this.#pool.push(inputs[0]!);
      return;
    }
    const middle = inputs.length >> 1;
    await this.#keepNew(inputs.slice(0, middle));
    await this.#keepNew(inputs.slice(middle));
  }

  async #one(input: Buffer): Promise<void> {
    this.#inputs++;
    const begun = processorMillis();
    const error = await this.#attempt(input);
    const millis = processorMillis() - begun;
    if (error !== null) await this.#failed(input, error);
    else if (millis > SLOW_MILLIS) await this.#slow(input, millis);
    else this.#slowestMillis = Math.max(this.#slowestMillis, millis);
  }

  async #attempt(input: Buffer): Promise<Error | null> {
    this.#options.announce?.(input);
    const names = Reflect.ownKeys(Object.prototype).length;
    try {
      const pending = this.#target.run(input);
      if (pending !== undefined) await pending;
    } catch (error) {
      return error instanceof Error ? error : new Error(`no error was thrown but ${String(error)}`);
    }
    if (Reflect.ownKeys(Object.prototype).length !== names) return new Error('every object has another member now');
    return null;
  }

  async #failed(input: Buffer, error: Error): Promise<void> {
    const sign = signOf(error);
    if (this.#failures.has(sign)) return;
    const small = await minimise(input, async candidate => {
      const other = await this.#attempt(candidate);
      return other !== null && signOf(other) === sign;
    });
    const shown = (await this.#attempt(small)) ?? error;
    this.#failures.set(sign, { input: small, message: shown.stack ?? shown.message });
  }

  async #slow(input: Buffer, first: number): Promise<void> {
    const millis = Math.min(first, await this.#timed(input), await this.#timed(input));
    this.#slowestMillis = Math.max(this.#slowestMillis, millis);
    if (millis <= SLOW_MILLIS || this.#failures.has('slow')) return;
    const small = await minimise(input, async candidate => (await this.#timed(candidate)) > SLOW_MILLIS);
    this.#failures.set('slow', { input: small, message: `takes ${Math.round(millis)} ms` });
  }

  async #timed(input: Buffer): Promise<number> {
    const begun = processorMillis();
    await this.#attempt(input);
    return processorMillis() - begun;
  }
}

/** Of this thread, so that a busy machine makes nothing slow; by the clock where Node does not tell (before 23.9). */
function processorMillis(): number {
  if (process.threadCpuUsage === undefined) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Two failures with one sign are taken for one: the same kind of error, thrown at the same place. */
function signOf(error: Error): string {
  const place = /(?:src|providers|targets|engine\/decoder)[\w/.-]+:\d+/.exec(
    error.stack?.replace(error.message, '') ?? '',
  );
  return `${error.name} ${place?.[0] ?? error.message}`;
}
