import { formatUsd, parseUsd } from '../../spec/money.ts';
import type { SpendSums } from '../../spec/store.ts';

/** The sum of the rows of a report, so that a total cannot differ from what stands above it. Of no rows: 0, not unknown. */
export function totalOf(rows: readonly SpendSums[]): SpendSums {
  const sum = (member: Exclude<keyof SpendSums, 'cost_usd'>) => rows.reduce((total, row) => total + row[member], 0);
  const costs = rows.flatMap(row => (row.cost_usd === null ? [] : [parseUsd(row.cost_usd)]));
  return {
    calls: sum('calls'),
    attempts: sum('attempts'),
    input_tokens: sum('input_tokens'),
    cache_read_tokens: sum('cache_read_tokens'),
    cache_write_tokens: sum('cache_write_tokens'),
    output_tokens: sum('output_tokens'),
    reasoning_tokens: sum('reasoning_tokens'),
    cost_usd: costs.length === 0 && rows.length > 0 ? null : formatUsd(costs.reduce((total, cost) => total + cost, 0n)),
    unpriced_calls: sum('unpriced_calls'),
  };
}
