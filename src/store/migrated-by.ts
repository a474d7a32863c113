import type { ClientBase } from 'pg';
import { z } from 'zod';

const Rows = z.array(z.object({ program: z.string() }));
const Found = z.array(z.object({ found: z.boolean() })).length(1);

/** Notes which version of the program applied a migration; earlier than its table there is nothing to note it in. */
export async function noteProgram(client: ClientBase, migration: string, program: string): Promise<void> {
  if (!(await isThere(client))) return;
  await client.query(
    `insert into ledger.migrated_by (migration, program) values ($1, $2) on conflict (migration) do nothing`,
    [migration, program],
  );
}

/** Versions of the program that applied these migrations, in the order in which they did; empty when nobody noted it. */
export async function programsOf(client: ClientBase, migrations: readonly string[]): Promise<readonly string[]> {
  if (!(await isThere(client))) return [];
  const { rows } = await client.query(
    'select program from ledger.migrated_by where migration = any($1) order by applied_at, migration',
    [migrations],
  );
  return [...new Set(Rows.parse(rows).map(row => row.program))];
}

async function isThere(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query(`select to_regclass('ledger.migrated_by') is not null as found`);
  return Found.parse(rows)[0]!.found;
}
