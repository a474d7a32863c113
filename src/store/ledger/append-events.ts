import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { makePartitionsOf } from './make-partitions.ts';
import { measures, rollupDimensions } from './measures.ts';
import { isMissingPartition, isTransient } from './postgres-error.ts';
import { usageColumns, usageRecord, usageValues } from './usage-columns.ts';

const names = usageColumns.join(', ');
const dimensions = rollupDimensions.join(', ');
const counters = [...measures.keys()];
const quarter = `date_bin('15 minutes', at, timestamptz 'epoch')`;
const labels = rollupDimensions.map(name => (name === 'status' ? 'status::text' : name));

/**
 * Rows, names and rollups in one statement, so in one transaction. Rollups grow only by the rows that were new. Every
 * insert goes in sorted order, so that appenders wait for each other and never in a circle.
 *
 * An append that was answered must survive a crash of the server, whatever the server's default is: the spool removes
 * its copy.
 */
const statement = `
with incoming as (
  select ledger.uuid_time(id) as at, ${usageValues}
  from json_to_recordset($1::json) as event(${usageRecord})
), inserted as (
  insert into ledger.usage_events (day, at, ${names})
  select (at at time zone 'UTC')::date, at, ${names} from incoming order by 1, id
  on conflict do nothing
  returning *
), named as (
  select ${quarter} as quarter, ${labels.map((label, index) => `${label} as ${rollupDimensions[index]}`).join(', ')},
    ${[...measures].map(([name, expression]) => `sum(${expression}) as ${name}`).join(', ')}
  from inserted
  group by ${quarter}, ${labels.join(', ')}
), sums as (
  select encode(substr(sha256(convert_to(jsonb_build_array(${dimensions})::text, 'UTF8')), 1, 16), 'hex')::uuid as dimension, *
  from named
), described as (
  insert into ledger.dimensions (id, ${dimensions})
  select distinct dimension, ${dimensions} from sums order by dimension
  on conflict do nothing
), rolled as (
  insert into ledger.usage_rollups as kept (quarter, dimension, ${counters.join(', ')})
  select quarter, dimension, ${counters.join(', ')} from sums order by quarter, dimension
  on conflict (quarter, dimension) do update
  set ${counters.map(name => `${name} = kept.${name} + excluded.${name}`).join(', ')}
)
select count(*)::integer as added,
  case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', true) end
from inserted`;

const TRIES = 6;
/** A server that is gone without a word must not hold the ledger for ever; the batch is sent again. */
const TIMEOUT_MILLIS = 30_000;

/** `[]`. */
const NOTHING = 2;

/**
 * Appends usage events, given as a JSON array in UTF-8, and adds the new ones to the rollups. Idempotent by event id,
 * safe under any number of appenders. Missing partitions are made on the way.
 *
 * Answers how many events were new. Throws the database's error; with SQLSTATE class 22 or 23 nothing was written
 * because of what is in the events, and the same events will fail again.
 */
export async function appendEvents(pool: Pool, events: Buffer): Promise<number> {
  if (events.length <= NOTHING) return 0;
  // A buffer travels as it is, in the binary format, which for `json` is the text.
  const query = { text: statement, values: [events], query_timeout: TIMEOUT_MILLIS };
  for (let attempt = 1; ; attempt++) {
    try {
      const { rows } = await pool.query<{ added: number }>(query);
      return rows[0]!.added;
    } catch (error) {
      if (attempt === TRIES) throw error;
      if (isMissingPartition(error)) await makePartitionsOf(pool, events);
      else if (isTransient(error)) await sleep(Math.random() * 20 * 2 ** attempt);
      else throw error;
    }
  }
}
