import type { Pool } from 'pg';
import type { ResponseScope } from '../../spec/response-store.ts';
import { TIMEOUT_MILLIS } from './timeout.ts';

const statement = `
select content from public.stored_responses
where id = $1 and organization = $2 and team = $3 and expires_at > now()`;

/** Null when the scope has none of this id, or its time is over. */
export async function loadResponse(
  pool: Pool,
  id: string,
  { organization, team }: ResponseScope,
): Promise<Buffer | null> {
  const query = { text: statement, values: [id, organization, team], query_timeout: TIMEOUT_MILLIS };
  const { rows } = await pool.query<{ content: Buffer }>(query);
  return rows[0]?.content ?? null;
}
