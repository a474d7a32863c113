import type { TeamSettings } from '../../spec/resources.ts';
import type { ConfigurationTransaction } from './client.ts';
import { defaultTeam } from './organization.ts';

/** Answers how many rows changed. */
export async function applyTeams(
  transaction: ConfigurationTransaction,
  organization: string,
  teams: readonly TeamSettings[],
): Promise<number> {
  return await transaction.$executeRaw`
    insert into public.teams as held (id, organization_id, name, store_responses, managed_by)
    select distinct on (name) gen_random_uuid(), ${organization}::uuid, name, "storeResponses", 'file'::public.managed_by
    from jsonb_to_recordset(${JSON.stringify(teams)}::jsonb) as wanted (name text, "storeResponses" boolean)
    on conflict (organization_id, name) do update
    set managed_by = 'file', store_responses = excluded.store_responses
    where (held.managed_by, held.store_responses) is distinct from ('file'::public.managed_by, excluded.store_responses)`;
}

/** Teams that the file dropped: gone, or the API's, without what the file said of them, where a key or consumer still hangs on them. */
export async function removeTeams(
  transaction: ConfigurationTransaction,
  organization: string,
  teams: readonly TeamSettings[],
): Promise<number> {
  const names = JSON.stringify(teams.map(team => team.name));
  const removed = await transaction.$executeRaw`
    delete from public.teams
    where organization_id = ${organization}::uuid and managed_by = 'file' and name <> ${defaultTeam}
      and name not in (select jsonb_array_elements_text(${names}::jsonb))
      and not exists (select from public.virtual_keys where virtual_keys.team_id = teams.id)
      and not exists (select from public.consumers where consumers.team_id = teams.id)`;
  const kept = await transaction.$executeRaw`
    update public.teams set managed_by = 'api', store_responses = null
    where organization_id = ${organization}::uuid and managed_by = 'file'
      and name not in (select jsonb_array_elements_text(${names}::jsonb))`;
  return removed + kept;
}
