import type { SpendDimension, SpendQuery } from '../../spec/store.ts';
import { measures } from './measures.ts';
import type { Parameters } from './parameters.ts';
import { lowestId, quarters, type Span, utcDay } from './quarters.ts';

/** Where a dimension of a report stands in a usage event. The names are ours; nothing of a query becomes SQL text. */
export const dimensionColumns: ReadonlyMap<SpendDimension, string> = new Map([
  ['organization', 'organization'],
  ['team', 'team'],
  ['consumer', 'consumer'],
  ['key', 'key'],
  ['user', 'end_user'],
  ['tag', 'tag'],
  ['model', 'model'],
  ['target', 'target'],
  ['provider', 'provider'],
  ['prompt', 'prompt'],
  ['dialect', 'dialect'],
  ['status', 'status'],
]);

const counters = [...measures.keys()];
const summed = counters.map(name => `sum(${name}) as ${name}`).join(', ');
const expressions = [...measures].map(([name, expression]) => `${expression} as ${name}`).join(', ');

/** `rollups` are read wherever they are exact; end users and tags stand in `events` alone. */
export type Detail = 'rollups' | 'events';

/** How a report's rows are cut: its columns, and the start of the bucket as an expression over `at`, or null. */
export interface Cut {
  readonly detail: Detail;
  readonly columns: readonly string[];
  readonly bucket: string | null;
}

/**
 * The table expression a report sums: the cut's columns, `bucket` and the measures. Whole quarters of an hour come from
 * the rollups and the edges from events, so any span is exact.
 */
export function spendSource(query: SpendQuery, cut: Cut, parameters: Parameters): string {
  const span = { from: query.from, to: query.to };
  if (cut.detail === 'events') return fromEvents(query, span, cut, parameters);
  const { whole, edges } = quarters(span);
  const parts = edges.map(edge => fromEvents(query, edge, cut, parameters));
  return [fromRollups(query, whole, cut, parameters), ...parts].join('\nunion all\n');
}

function fromRollups(query: SpendQuery, span: Span, cut: Cut, parameters: Parameters): string {
  const conditions = [
    `quarter >= ${parameters.bind(span.from, 'timestamptz')}`,
    `quarter < ${parameters.bind(span.to, 'timestamptz')}`,
  ];
  if (query.keyId !== undefined) {
    const key = parameters.bind(query.keyId, 'text');
    conditions.push(`dimension in (select id from ledger.dimensions where key_id = ${key})`);
  }
  const bucket = cut.bucket === null ? '' : `${cut.bucket} as bucket,`;
  // Summed by the narrow id first: the names join a few sums, not every quarter.
  return `select ${[...cut.columns, ...(bucket && ['bucket']), ...counters].join(', ')}
  from (select dimension, ${bucket} ${summed}
    from (select dimension, quarter as at, ${counters.join(', ')} from ledger.usage_rollups
      where ${conditions.join(' and ')}) as quarters
    group by dimension${bucket && ', bucket'}) as sums
  join ledger.dimensions on dimensions.id = sums.dimension`;
}

function fromEvents(query: SpendQuery, span: Span, cut: Cut, parameters: Parameters): string {
  const conditions = [
    `day >= ${parameters.bind(utcDay(span.from), 'date')}`,
    `day <= ${parameters.bind(utcDay(span.to), 'date')}`,
    `usage_events.id >= ${parameters.bind(lowestId(span.from), 'uuid')}`,
    `usage_events.id < ${parameters.bind(lowestId(span.to), 'uuid')}`,
  ];
  if (query.keyId !== undefined) conditions.push(`key_id = ${parameters.bind(query.keyId, 'text')}`);
  const columns = cut.columns.map(column => (column === 'status' ? 'status::text as status' : column));
  if (cut.bucket !== null) columns.push(`${cut.bucket} as bucket`);
  const eachTag = cut.columns.includes('tag')
    ? `cross join lateral unnest(case when tags = '{}' then '{""}' else tags end) as tag`
    : '';
  return `select ${[...columns, expressions].join(', ')}
  from ledger.usage_events ${eachTag}
  where ${conditions.join(' and ')}`;
}
