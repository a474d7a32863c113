import { type Profiler, Session } from 'node:inspector';

/** Code whose coverage says something about an input. */
const OURS = /\/(src|providers)\/[\w/.-]+\.ts$/;

/**
 * Which characters of our code have run, as V8 counts them itself: no build, no other package. V8 joins neighbouring
 * blocks that ran equally often, so blocks have no identity over time, but characters have.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Map<string, Uint8Array>();
  /** What ran between the last two looks. */
  #last = new Map<string, Uint8Array>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How many characters have run by now. */
  get size(): number {
    return this.#seen.values().reduce((sum, marks) => sum + marks.reduce((count, mark) => count + mark, 0), 0);
  }

  /** Whether something has run since the last look that never ran before; it is remembered by `learn` alone. */
  look(): boolean {
    this.#last = new Map();
    let fresh = false;
    for (const { url, functions } of this.#take()) {
      if (!OURS.test(url)) continue;
      const marks = marksOf(functions);
      this.#last.set(url, marks);
      const seen = this.#seen.get(url);
      fresh ||= seen === undefined || marks.some((mark, at) => mark === 1 && seen[at] !== 1);
    }
    return fresh;
  }

  learn(): void {
    for (const [url, marks] of this.#last) {
      const seen = this.#seen.get(url) ?? new Uint8Array();
      const all = new Uint8Array(Math.max(seen.length, marks.length));
      all.set(seen);
      marks.forEach((mark, at) => {
        if (mark === 1) all[at] = 1;
      });
      this.#seen.set(url, all);
    }
  }

  close(): void {
    this.#session.disconnect();
  }

  /** The session is of this thread, so it answers before `post` returns. */
  #take(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      taken = answer.result;
    });
    return taken;
  }
}

/** 1 for each character that ran. Functions and blocks lie inside each other; the inner one decides. */
function marksOf(functions: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const ranges = functions
    .flatMap(each => each.ranges)
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const marks = new Uint8Array(Math.max(0, ...ranges.map(range => range.endOffset)));
  for (const { startOffset, endOffset, count } of ranges) marks.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return marks;
}
