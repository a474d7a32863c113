import type { FileResources } from '../../spec/store.ts';
import type { ConfigurationTransaction } from './client.ts';
import { refuseNames } from './refuse-names.ts';

/** Answers how many rows changed. */
export async function applyProviders(
  transaction: ConfigurationTransaction,
  organization: string,
  providers: FileResources['providers'],
): Promise<number> {
  const held = await transaction.provider.findMany({
    where: { organizationId: organization, managedBy: 'api' },
    select: { name: true },
  });
  refuseNames('providers', providers, held);
  const wanted = JSON.stringify(providers);
  const removed = await transaction.$executeRaw`
    delete from public.providers
    where organization_id = ${organization}::uuid and managed_by = 'file'
      and name not in (select name from jsonb_to_recordset(${wanted}::jsonb) as wanted (name text))`;
  const written = await transaction.$executeRaw`
    insert into public.providers as held
      (id, organization_id, name, adapter, base_url, keys, lists_models, models, prices_from, allow_insecure, settings,
       position, managed_by)
    select gen_random_uuid(), ${organization}::uuid, name, adapter, "baseUrl", keys, models is not null,
      coalesce(models, '{}'), "pricesFrom", "allowInsecure", settings, position, 'file'::public.managed_by
    from jsonb_to_recordset(${wanted}::jsonb) as wanted
      (name text, adapter text, "baseUrl" text, keys text[], models text[], "pricesFrom" text, "allowInsecure" boolean,
       settings jsonb, position integer)
    on conflict (organization_id, name) do update set
      adapter = excluded.adapter, base_url = excluded.base_url, keys = excluded.keys,
      lists_models = excluded.lists_models, models = excluded.models, prices_from = excluded.prices_from,
      allow_insecure = excluded.allow_insecure, settings = excluded.settings, position = excluded.position
    where (held.adapter, held.base_url, held.keys, held.lists_models, held.models, held.prices_from,
        held.allow_insecure, held.settings, held.position)
      is distinct from (excluded.adapter, excluded.base_url, excluded.keys, excluded.lists_models, excluded.models,
        excluded.prices_from, excluded.allow_insecure, excluded.settings, excluded.position)`;
  return removed + written;
}
