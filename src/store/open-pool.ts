import pg from 'pg';
import type { Connection } from './connection.ts';
import type { StoreLogger } from './logger.ts';

/** `pg` takes a URL and its members under different names. */
export const clientConfig = (connection: Connection | string): pg.ClientConfig =>
  typeof connection === 'string' ? { connectionString: connection } : { ...connection };

/**
 * One pool for everything but listening. A database that is away shows as an error of the operation, within seconds;
 * the next operation connects anew, so nothing has to be restarted when it is back.
 */
export function openPool(connection: Connection | string, logger: StoreLogger): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(connection),
    application_name: 'tollgate',
    max: 8,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // A network that swallows packets must not hold an operation for good; reports over years stay far below.
    query_timeout: 120_000,
  });
  // Idle connections end when the server restarts; without a listener that would end the process.
  // Its message alone: the error carries the client, and that the password.
  pool.on('error', error => logger.warn({ detail: error.message }, 'an idle database connection was lost'));
  return pool;
}
