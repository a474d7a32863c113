import type { ClientBase } from 'pg';
import { z } from 'zod';
import { StoreStartError } from '../start-error.ts';
import { backupTables } from './tables.ts';

const Found = z.array(z.object({ name: z.string() }));

/** Throws a StoreStartError when the database has a table of ours: what is there is never overwritten or mixed with. */
export async function refuseOccupied(client: ClientBase): Promise<void> {
  const names = [...backupTables, 'public._prisma_migrations', 'ledger.migrations'];
  const { rows } = await client.query(
    'select name from unnest($1::text[]) as name where to_regclass(name) is not null order by name',
    [names],
  );
  const found = Found.parse(rows).map(({ name }) => name);
  if (found.length === 0) return;
  throw new StoreStartError(
    `The database is not empty: it has ${found.length === 1 ? found[0] : `${found[0]} and ${found.length - 1} more tables of Tollgate`}. ` +
      'A backup is restored before the first start: set DATABASE_URL to an empty database, or TOLLGATE_DATA_DIR to a new folder.',
  );
}
