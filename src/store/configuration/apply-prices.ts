import type { FileResources } from '../../spec/store.ts';
import type { ConfigurationTransaction } from './client.ts';

/** Answers how many rows changed. Positions are counted here, in the order given. */
export async function applyPrices(
  transaction: ConfigurationTransaction,
  organization: string,
  prices: FileResources['prices'],
): Promise<number> {
  const wanted = JSON.stringify(prices.map((price, position) => ({ ...price, position })));
  const removed = await transaction.$executeRaw`
    delete from public.price_overrides
    where organization_id = ${organization}::uuid and position >= ${prices.length}`;
  const written = await transaction.$executeRaw`
    insert into public.price_overrides as held
      (organization_id, position, model, input, output, cache_read, cache_write, reasoning, "from")
    select ${organization}::uuid, position, model, input, output, "cacheRead", "cacheWrite", reasoning, "from"
    from jsonb_to_recordset(${wanted}::jsonb) as wanted
      (position integer, model text, input numeric(30, 12), output numeric(30, 12), "cacheRead" numeric(30, 12),
       "cacheWrite" numeric(30, 12), reasoning numeric(30, 12), "from" timestamptz(3))
    on conflict (organization_id, position) do update set
      model = excluded.model, input = excluded.input, output = excluded.output, cache_read = excluded.cache_read,
      cache_write = excluded.cache_write, reasoning = excluded.reasoning, "from" = excluded."from"
    where (held.model, held.input, held.output, held.cache_read, held.cache_write, held.reasoning, held."from")
      is distinct from (excluded.model, excluded.input, excluded.output, excluded.cache_read, excluded.cache_write,
        excluded.reasoning, excluded."from")`;
  return removed + written;
}
