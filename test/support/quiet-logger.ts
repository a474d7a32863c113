import { pino } from 'pino';

/** For code under test whose log lines nobody reads. */
export const quietLogger = pino({ level: 'silent' });
