import type { Pool } from 'pg';
import { GatewayError } from '../../spec/gateway-error.ts';
import { timeOfUuid } from '../../spec/ids.ts';
import type { UsageQuery, UsageRow } from '../../spec/store.ts';
import { Parameters } from './parameters.ts';
import { lowestId, utcDay } from './quarters.ts';
import { reading } from './reading.ts';
import { usageColumns } from './usage-columns.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const filterColumns = new Map<string, string>(
  ['team', 'key', 'model', 'provider', 'target', 'outcome', 'call_id'].map(name => [name, name]),
);

const columns = [
  `to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
  ...usageColumns.map(column => (column === 'cost_usd' ? 'trim_scale(cost_usd) as cost_usd' : column)),
].join(', ');

/**
 * Usage events of a span, newest first, at most `limit`; the next page goes on `before` the last id of this one. Rows
 * stand in the order of their ids, which is the order of time, so only the days of the span are touched.
 *
 * Throws `invalid_value` when the cursor is no id.
 */
export async function listUsage(pool: Pool, query: UsageQuery): Promise<readonly UsageRow[]> {
  const { before, keyId } = query;
  if (before !== null && !UUID.test(before)) throw new GatewayError('invalid_value', { param: 'cursor' });
  const callId = query.filters.call_id;
  if (query.from >= query.to || (callId !== undefined && !UUID.test(callId))) return [];

  const parameters = new Parameters();
  const end = before === null ? query.to : new Date(Math.min(query.to.getTime(), timeOfUuid(before)));
  const conditions = [
    `day >= ${parameters.bind(utcDay(query.from), 'date')}`,
    `day <= ${parameters.bind(utcDay(end), 'date')}`,
    `id >= ${parameters.bind(lowestId(query.from), 'uuid')}`,
    `id < ${parameters.bind(lowestId(query.to), 'uuid')}`,
  ];
  if (before !== null) conditions.push(`id < ${parameters.bind(before, 'uuid')}`);
  if (keyId !== undefined) conditions.push(`key_id = ${parameters.bind(keyId, 'text')}`);
  for (const [name, value] of Object.entries(query.filters)) {
    const column = filterColumns.get(name);
    if (column === undefined) throw new GatewayError('invalid_value', { param: name });
    if (value !== undefined)
      conditions.push(`${column} = ${parameters.bind(value, name === 'call_id' ? 'uuid' : 'text')}`);
  }
  const text = `select ${columns} from ledger.usage_events
where ${conditions.join(' and ')}
order by day desc, id desc
limit ${parameters.bind(query.limit, 'integer')}`;
  return reading(pool, 'UTC', async client => (await client.query<UsageRow>(text, parameters.values)).rows);
}
