import type { Pool } from 'pg';

/** Small enough that no other statement waits long behind it. */
const BATCH = 500;

const statement = `
delete from public.stored_responses where id in (
  select id from public.stored_responses where expires_at <= now() order by expires_at limit ${BATCH}
  for update skip locked
)`;

/** Removes what nobody can reach any more. Nodes that do it at once share the work. Answers how many there were. */
export async function removeExpired(pool: Pool): Promise<number> {
  let removed = 0;
  for (;;) {
    const { rowCount } = await pool.query(statement);
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) return removed;
  }
}
