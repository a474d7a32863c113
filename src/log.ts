import { type Logger, pino } from 'pino';

/** Characters that are gathered before pino's destination gets them, since it counts its whole buffer at every write. */
const GATHERED = 16 * 1024;
/** Bytes in one write. More than what is gathered can be, so that handing that over begins no write by itself. */
const WRITTEN = 64 * 1024;
const WRITE_EVERY_MILLIS = 1000;

export interface Log {
  readonly logger: Logger;
  /** Writes what is buffered; for the last moment of the process. */
  flush(): void;
}

/** JSON lines on stdout, one object a line, so that whatever a field holds cannot forge a second line. */
export function openLog(level: string): Log {
  const lines = new Lines();
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines);
  return { logger, flush: () => lines.flush() };
}

class Lines {
  readonly #destination = pino.destination({ dest: 1, sync: false, minLength: WRITTEN, maxWrite: 2 * WRITTEN });
  #gathered = '';

  constructor() {
    setInterval(() => this.#write(), WRITE_EVERY_MILLIS).unref();
    // Before the destination closes itself where nothing is left to do, and where somebody ends the process.
    process.once('beforeExit', () => this.#handOver());
    process.once('exit', () => {
      if (this.#gathered !== '') this.flush();
    });
  }

  write(line: string): void {
    this.#gathered += line;
    if (this.#gathered.length >= GATHERED) this.#handOver();
  }

  flush(): void {
    // First what the destination holds: were it full, it would begin a write that the end of the process may outrun.
    this.#destination.flushSync();
    this.#handOver();
    this.#destination.flushSync();
  }

  #handOver(): void {
    const lines = this.#gathered;
    this.#gathered = '';
    if (lines !== '') this.#destination.write(lines);
  }

  #write(): void {
    this.#handOver();
    this.#destination.flush();
  }
}
