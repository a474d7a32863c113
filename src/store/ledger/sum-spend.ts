import type { Pool, PoolClient } from 'pg';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { SpendDimension, SpendQuery, SpendReport, SpendSums } from '../../spec/store.ts';
import { Parameters } from './parameters.ts';
import { reading } from './reading.ts';
import { type Detail, dimensionColumns, spendSource } from './spend-source.ts';
import { checkTimezone } from './timezone.ts';
import { totalOf } from './total-of.ts';

type SpendRow = SpendReport['rows'][number];

const buckets = new Set(['hour', 'day', 'week', 'month']);

/**
 * Spend by the dimensions of the query: exact for any span, the same as a plain sum over the events of it.
 *
 * Rows stand by bucket, then dearest first, those without a price last, then by name. A bucket is the instant it starts
 * at, with the offset of the query's timezone there: `2026-03-29T00:00:00+01:00`; weeks begin on Monday. Under `tag` a
 * call stands in the row of each of its tags, or in that of the empty name; the total counts it once.
 *
 * Throws `invalid_value` for a dimension, bucket or timezone that does not exist.
 */
export async function sumSpend(pool: Pool, query: SpendQuery): Promise<SpendReport> {
  const by = [...new Set(query.by)];
  for (const dimension of by) if (!dimensionColumns.has(dimension)) throw invalid('by');
  if (query.bucket !== null && !buckets.has(query.bucket)) throw invalid('bucket');
  checkTimezone(query.timezone);
  if (Number.isNaN(query.from.getTime())) throw invalid('from');
  if (Number.isNaN(query.to.getTime())) throw invalid('to');
  if (query.from >= query.to) return { rows: [], total: totalOf([]) };

  return reading(pool, query.timezone, async client => {
    const detail = by.includes('user') || by.includes('tag') ? 'events' : 'rollups';
    const rows = await sumRows(client, { ...query, by }, detail);
    if (!by.includes('tag')) return { rows, total: totalOf(rows) };
    return { rows, total: totalOf(await sumRows(client, { ...query, by: [], bucket: null }, detail)) };
  });
}

async function sumRows(client: PoolClient, query: SpendQuery, detail: Detail): Promise<SpendRow[]> {
  const columns = query.by.map(dimension => dimensionColumns.get(dimension)!);
  const bucket = query.bucket === null ? null : `date_trunc('${query.bucket}', at)`;
  const parameters = new Parameters();
  const source = spendSource(query, { columns, bucket, detail }, parameters);
  const groups = bucket === null ? columns : ['bucket', ...columns];
  const names = query.by.map((dimension, index) => `${columns[index]} as "${dimension}"`);
  const start = `to_char(bucket, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') as bucket`;
  const order = ['cost_usd desc nulls last', ...columns.map(column => `${column} collate "C"`)];
  const { rows } = await client.query<Record<string, string | null>>(
    `select ${[...names, ...(bucket === null ? [] : [start]), sums].join(', ')}
from (${source}) as parts
${groups.length > 0 ? `group by ${groups.join(', ')}` : ''}
having count(*) > 0
order by ${(bucket === null ? order : ['parts.bucket', ...order]).join(', ')}`,
    parameters.values,
  );
  return rows.map(row => spendRow(row, query.by));
}

const sums = `sum(calls) as calls, sum(attempts) as attempts,
  sum(input_tokens) as input_tokens, sum(cache_read_tokens) as cache_read_tokens,
  sum(cache_write_5m_tokens) + sum(cache_write_1h_tokens) as cache_write_tokens,
  sum(output_tokens) as output_tokens, sum(reasoning_tokens) as reasoning_tokens,
  case when sum(priced) > 0 then trim_scale(sum(cost_usd)) end as cost_usd,
  sum(unpriced) as unpriced_calls`;

function spendRow(row: Record<string, string | null>, by: readonly SpendDimension[]): SpendRow {
  const names: Partial<Record<SpendDimension | 'bucket', string>> = {};
  if (row.bucket != null) names.bucket = row.bucket;
  for (const dimension of by) names[dimension] = row[dimension] ?? '';
  const counted: SpendSums = {
    calls: Number(row.calls),
    attempts: Number(row.attempts),
    input_tokens: Number(row.input_tokens),
    cache_read_tokens: Number(row.cache_read_tokens),
    cache_write_tokens: Number(row.cache_write_tokens),
    output_tokens: Number(row.output_tokens),
    reasoning_tokens: Number(row.reasoning_tokens),
    cost_usd: row.cost_usd ?? null,
    unpriced_calls: Number(row.unpriced_calls),
  };
  return { ...names, ...counted };
}

const invalid = (param: string): GatewayError => new GatewayError('invalid_value', { param });
