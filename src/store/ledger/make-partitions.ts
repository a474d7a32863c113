import type { Pool } from 'pg';

/** Days that are made ahead of need, so that the first call of a day does not pay for it. */
const AHEAD_DAYS = 7;

/** Makes the ledger's partitions for today (UTC) and the days ahead, where they are missing. */
export async function makePartitions(pool: Pool): Promise<void> {
  await pool.query(
    `select ledger.make_partitions(today, today + $1::integer) from (select (now() at time zone 'UTC')::date as today) as clock`,
    [AHEAD_DAYS],
  );
}

/** Makes the partitions for the days of a batch (a JSON array of usage events in UTF-8) and for the days ahead of them. */
export async function makePartitionsOf(pool: Pool, batch: Buffer): Promise<void> {
  await pool.query(
    `select ledger.make_partitions(day, day + $2::integer) from (
       select distinct (ledger.uuid_time(id) at time zone 'UTC')::date as day
       from json_to_recordset($1::json) as event(id uuid)
     ) as days order by day`,
    [batch, AHEAD_DAYS],
  );
}
