import type { FileResources } from '../../spec/store.ts';
import type { ConfigurationTransaction } from './client.ts';
import { refuseKeyConflicts } from './refuse-key-conflicts.ts';

/**
 * A key is its secret: the same digest under another name is the same key, renamed, and another digest under the same
 * name is a new key beside which the old one is gone. A revoked digest stays revoked and is passed over, so it does not
 * come back with the file, nor by leaving the file and coming back.
 *
 * Answers how many rows changed.
 */
export async function applyKeys(
  transaction: ConfigurationTransaction,
  organization: string,
  keys: FileResources['keys'],
): Promise<number> {
  await refuseKeyConflicts(transaction, organization, keys);
  const wanted = JSON.stringify(keys);
  const removed = await transaction.$executeRaw`
    delete from public.virtual_keys using public.teams
    where teams.id = virtual_keys.team_id and teams.organization_id = ${organization}::uuid
      and virtual_keys.managed_by = 'file' and virtual_keys.revoked_at is null
      and virtual_keys.digest not in
        (select digest from jsonb_to_recordset(${wanted}::jsonb) as wanted (digest text))`;
  const written = await transaction.$executeRaw`
    insert into public.virtual_keys as held
      (id, team_id, consumer_id, name, digest, hint, models, expires_at, store_responses, managed_by)
    select gen_random_uuid(), teams.id, consumers.id, wanted.name, wanted.digest, wanted.hint, wanted.models,
      wanted."expiresAt", wanted."storeResponses", 'file'::public.managed_by
    from jsonb_to_recordset(${wanted}::jsonb) as wanted
      (name text, team text, consumer text, digest text, hint text, models text[], "expiresAt" timestamptz(3),
        "storeResponses" boolean)
    join public.teams on teams.organization_id = ${organization}::uuid and teams.name = wanted.team
    left join public.consumers on consumers.team_id = teams.id and consumers.name = wanted.consumer
    on conflict (digest) do update set
      team_id = excluded.team_id, consumer_id = excluded.consumer_id, name = excluded.name, hint = excluded.hint,
      models = excluded.models, expires_at = excluded.expires_at, store_responses = excluded.store_responses
    where held.revoked_at is null
      and (held.team_id, held.consumer_id, held.name, held.hint, held.models, held.expires_at, held.store_responses)
        is distinct from (excluded.team_id, excluded.consumer_id, excluded.name, excluded.hint, excluded.models,
          excluded.expires_at, excluded.store_responses)`;
  return removed + written;
}
