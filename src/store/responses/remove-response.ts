import type { Pool } from 'pg';
import type { ResponseScope } from '../../spec/response-store.ts';
import { TIMEOUT_MILLIS } from './timeout.ts';

const statement = `
delete from public.stored_responses
where id = $1 and organization = $2 and team = $3 and expires_at > now()`;

/** False when the scope has none of this id. */
export async function removeResponse(pool: Pool, id: string, { organization, team }: ResponseScope): Promise<boolean> {
  const query = { text: statement, values: [id, organization, team], query_timeout: TIMEOUT_MILLIS };
  const { rowCount } = await pool.query(query);
  return rowCount === 1;
}
