import type { FileResources } from '../../spec/store.ts';
import type { ConfigurationTransaction } from './client.ts';

type Wanted = Pick<FileResources, 'consumers' | 'keys'>;

/** Those the file lists and those its keys name, which need no listing. */
function wantedConsumers({ consumers, keys }: Wanted): string {
  const named = keys.flatMap(({ team, consumer }) => (consumer === null ? [] : [{ team, name: consumer }]));
  return JSON.stringify([...consumers, ...named]);
}

/** Answers how many rows changed. A consumer of a team that does not exist is refused with its keys. */
export async function applyConsumers(
  transaction: ConfigurationTransaction,
  organization: string,
  file: Wanted,
): Promise<number> {
  return await transaction.$executeRaw`
    insert into public.consumers (id, team_id, name, managed_by)
    select distinct on (teams.id, wanted.name) gen_random_uuid(), teams.id, wanted.name, 'file'::public.managed_by
    from jsonb_to_recordset(${wantedConsumers(file)}::jsonb) as wanted (team text, name text)
    join public.teams on teams.organization_id = ${organization}::uuid and teams.name = wanted.team
    on conflict (team_id, name) do update set managed_by = 'file' where consumers.managed_by <> 'file'`;
}

/** Consumers that the file dropped: gone, or the API's where a key still hangs on them. */
export async function removeConsumers(
  transaction: ConfigurationTransaction,
  organization: string,
  file: Wanted,
): Promise<number> {
  const wanted = wantedConsumers(file);
  const removed = await transaction.$executeRaw`
    delete from public.consumers using public.teams
    where teams.id = consumers.team_id and teams.organization_id = ${organization}::uuid
      and consumers.managed_by = 'file'
      and (teams.name, consumers.name) not in
        (select team, name from jsonb_to_recordset(${wanted}::jsonb) as wanted (team text, name text))
      and not exists (select from public.virtual_keys where virtual_keys.consumer_id = consumers.id)`;
  const kept = await transaction.$executeRaw`
    update public.consumers set managed_by = 'api' from public.teams
    where teams.id = consumers.team_id and teams.organization_id = ${organization}::uuid
      and consumers.managed_by = 'file'
      and (teams.name, consumers.name) not in
        (select team, name from jsonb_to_recordset(${wanted}::jsonb) as wanted (team text, name text))`;
  return removed + kept;
}
