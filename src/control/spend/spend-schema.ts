import { z } from 'zod';
import { type SpendDimension, spendDimensions } from '../../spec/store.ts';

const count = z.number();
const sums = z.object({
  calls: count.describe('First attempts'),
  attempts: count,
  input_tokens: count.describe('Every prompt token, cached ones included'),
  cache_read_tokens: count,
  cache_write_tokens: count,
  output_tokens: count.describe('Every completion token, reasoning included'),
  reasoning_tokens: count,
  cost_usd: z.string().nullable().describe('Exact decimal; null when nothing in the group has a price'),
  unpriced_calls: count.describe('Attempts that used tokens whose price is unknown'),
});
const name = z.string().optional();
const names = Object.fromEntries(['bucket', ...spendDimensions].map(member => [member, name])) as Record<
  SpendDimension | 'bucket',
  typeof name
>;
/** What `GET /admin/v1/spend` answers. */
export const spendReportSchema = z.object({ rows: z.array(sums.extend(names)), total: sums });
