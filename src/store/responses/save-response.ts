import type { Pool } from 'pg';
import type { ResponseScope } from '../../spec/response-store.ts';
import { TIMEOUT_MILLIS } from './timeout.ts';

const statement = `
insert into public.stored_responses (id, organization, team, expires_at, content)
select $1, $2, $3, now() + $4 * interval '1 millisecond', $5
returning
  case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', true) end`;

/** A response that was acknowledged survives a crash of the server, whatever the server's default is. */
export async function saveResponse(
  pool: Pool,
  id: string,
  { organization, team }: ResponseScope,
  content: Buffer,
  keptMillis: number,
): Promise<void> {
  const values = [id, organization, team, keptMillis, content];
  const query = { text: statement, values, query_timeout: TIMEOUT_MILLIS };
  await pool.query(query);
}
