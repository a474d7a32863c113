import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const PATIENCE_MILLIS = 30_000;

/** Comes back when the database answers; throws with the server's log when it does not. */
export async function waitForDatabase(url: string, log: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {}); // the attempt below reports it
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (cause) {
      if (Date.now() > deadline)
        throw new Error(`the test database does not answer: ${readFileSync(log, 'utf8')}`, { cause });
      await sleep(50);
    } finally {
      await client.end().catch(() => {}); // a client that never connected has nothing to end
    }
  }
}
