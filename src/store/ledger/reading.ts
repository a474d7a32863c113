import type { Pool, PoolClient } from 'pg';

/**
 * Runs a report in one read-only transaction: every statement in it sees the same rows, it ends after 15 s, and dates
 * are those of the given timezone (IANA name). It changes nothing of the connection that outlives it.
 */
export async function reading<T>(pool: Pool, timezone: string, report: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: unknown;
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query(
      `select set_config('statement_timeout', '15s', true), set_config('jit', 'off', true),
         set_config('work_mem', '32MB', true), set_config('timezone', $1, true)`,
      [timezone],
    );
    const answer = await report(client);
    await client.query('commit');
    return answer;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    // A connection whose transaction failed is not worth mending.
    client.release(failure !== undefined);
  }
}
