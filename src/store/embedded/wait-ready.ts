import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Connection } from '../connection.ts';
import { StoreStartError } from '../start-error.ts';

const STARTING = '57P03';
const WRONG_PASSWORD = '28P01';
const PAUSE_MILLIS = 50;

export interface Patience {
  /** False ends the waiting: the server is gone. */
  readonly alive: () => boolean;
  /** Silence that is bearable; a server that answers that it is recovering may take as long as it needs. */
  readonly silenceMillis: number;
}

/**
 * Comes back when the server takes queries, and makes the gateway's database where it is missing. False when the
 * server ended or stayed silent; throws a StoreStartError when it does not take our password.
 */
export async function waitReady(connection: Connection, { alive, silenceMillis }: Patience): Promise<boolean> {
  let deadline = Date.now() + silenceMillis;
  while (alive() && Date.now() < deadline) {
    try {
      await ensureDatabase(connection);
      return true;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === WRONG_PASSWORD) {
        throw new StoreStartError('The embedded database does not take the password kept beside it.', { cause: error });
      }
      if (code === STARTING) deadline = Date.now() + silenceMillis;
      await sleep(PAUSE_MILLIS);
    }
  }
  return false;
}

async function ensureDatabase(connection: Connection): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // whatever breaks the connection also fails the query
  try {
    await client.connect();
    const { rowCount } = await client.query('select from pg_database where datname = $1', [connection.database]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(connection.database)}`);
  } finally {
    await client.end().catch(() => {}); // a client that never connected has nothing to end
  }
}
