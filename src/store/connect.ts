import pg from 'pg';
import type { Connection } from './connection.ts';
import { clientConfig } from './open-pool.ts';
import { StoreStartError } from './start-error.ts';

export interface ConnectOptions {
  /** As the server lists it. */
  readonly name: string;
  readonly timeoutMillis: number;
  /** For each query; without it as long as it takes. */
  readonly queryMillis?: number;
}

/** One connection for work that is done once. Throws a StoreStartError that says why there is none. */
export async function connect(connection: Connection | string, options: ConnectOptions): Promise<pg.Client> {
  const client = newClient({
    ...clientConfig(connection),
    application_name: options.name,
    connectionTimeoutMillis: options.timeoutMillis,
    ...(options.queryMillis !== undefined && { query_timeout: options.queryMillis }),
  });
  // A connection that breaks while idle is reported by the next query.
  client.on('error', () => {});
  try {
    await client.connect();
    // The configuration's tables are looked for in `public`, whatever the role's own search path is.
    await client.query('set search_path to public');
    return client;
  } catch (cause) {
    throw new StoreStartError(`The database cannot be reached: ${reasonOf(cause)}`, { cause });
  }
}

function newClient(config: pg.ClientConfig): pg.Client {
  try {
    return new pg.Client(config);
  } catch {
    // Without its cause, which quotes the address with the password in it.
    throw new StoreStartError('The address of the database (DATABASE_URL) is not a valid URL.');
  }
}

/** `pg` reports a refused connection over several addresses as an AggregateError without a message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
