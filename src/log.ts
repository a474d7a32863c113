import { type Logger, pino } from 'pino';

export interface Log {
  readonly logger: Logger;
  /** Writes what is buffered; for the last moment of the process. */
  flush(): void;
}

/** JSON lines on stdout, one object a line, so that whatever a field holds cannot forge a second line. */
export function openLog(level: string): Log {
  const destination = pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 1000 });
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return { logger, flush: () => destination.flushSync() };
}
