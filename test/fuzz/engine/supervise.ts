import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Failure, FuzzOptions, FuzzReport } from './fuzz.ts';

const SHARED_BYTES = 1024 * 1024;
const HEAD_BYTES = 8;
/** Without a new input for so long the code loops, or as good as. */
const HANG_MILLIS = 20_000;
const LOOK_MILLIS = 250;
const HEAP_MEBIBYTES = 512;

/** The input that runs at the moment, readable from another thread even while this one is stuck. */
export class Announced {
  readonly shared: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(shared = new SharedArrayBuffer(HEAD_BYTES + SHARED_BYTES)) {
    this.shared = shared;
    this.#head = new Int32Array(shared, 0, 2);
    this.#bytes = new Uint8Array(shared, HEAD_BYTES);
  }

  write(input: Buffer): void {
    const length = Math.min(input.length, SHARED_BYTES);
    this.#bytes.set(input.subarray(0, length));
    Atomics.store(this.#head, 1, length);
    Atomics.add(this.#head, 0, 1);
  }

  get turn(): number {
    return Atomics.load(this.#head, 0);
  }

  read(): Buffer {
    return Buffer.from(this.#bytes.slice(0, Atomics.load(this.#head, 1)));
  }
}

/**
 * Fuzzes the target that a module exports, from outside: code that never returns, takes all memory or ends the thread
 * is a failure like any other, with the input that did it.
 */
export async function supervise(
  module: URL,
  options: Omit<FuzzOptions, 'announce'>,
  hangMillis = HANG_MILLIS,
): Promise<FuzzReport> {
  const announced = new Announced();
  const begun = performance.now();
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: { module: module.href, options, shared: announced.shared },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
  });
  const fatal = (message: string): FuzzReport => ({
    inputs: announced.turn,
    seconds: (performance.now() - begun) / 1000,
    reached: 0,
    kept: 0,
    slowestMillis: 0,
    failures: [{ input: announced.read(), message }],
  });
  const hung = watch(announced, hangMillis);
  try {
    return await Promise.race([
      once(worker, 'message').then(([report]) => restored(report)),
      once(worker, 'exit').then(([code]) => fatal(`the thread ended with code ${code}`)),
      hung.promise.then(() => fatal(`no end after ${hangMillis} ms`)),
    ]).catch((error: Error) => fatal(error.stack ?? error.message));
  } finally {
    hung.stop();
    await worker.terminate();
  }
}

/** Bytes come out of another thread without their class. */
function restored(report: FuzzReport): FuzzReport {
  const whole = ({ input, message }: Failure) => ({ input: Buffer.from(input), message });
  return { ...report, failures: report.failures.map(whole) };
}

function watch(announced: Announced, hangMillis: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let turn = -1;
  let since = performance.now();
  const timer = setInterval(() => {
    if (announced.turn !== turn) {
      turn = announced.turn;
      since = performance.now();
    } else if (performance.now() - since > hangMillis) resolve();
  }, LOOK_MILLIS);
  return { promise, stop: () => clearInterval(timer) };
}
