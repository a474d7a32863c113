import type { BaseLogger } from 'pino';

/** What the store says to the log. */
export type StoreLogger = Pick<BaseLogger, 'info' | 'warn' | 'error'>;
