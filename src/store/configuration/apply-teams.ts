import type { ConfigurationTransaction } from './client.ts';
import { defaultTeam } from './organization.ts';

/** Answers how many rows changed. */
export async function applyTeams(
  transaction: ConfigurationTransaction,
  organization: string,
  teams: readonly string[],
): Promise<number> {
  return await transaction.$executeRaw`
    insert into public.teams (id, organization_id, name, managed_by)
    select distinct on (name) gen_random_uuid(), ${organization}::uuid, name, 'file'::public.managed_by
    from jsonb_array_elements_text(${JSON.stringify(teams)}::jsonb) as wanted (name)
    on conflict (organization_id, name) do update set managed_by = 'file' where teams.managed_by <> 'file'`;
}

/** Teams that the file dropped: gone, or the API's where a key or consumer still hangs on them. */
export async function removeTeams(
  transaction: ConfigurationTransaction,
  organization: string,
  teams: readonly string[],
): Promise<number> {
  const names = JSON.stringify(teams);
  const removed = await transaction.$executeRaw`
    delete from public.teams
    where organization_id = ${organization}::uuid and managed_by = 'file' and name <> ${defaultTeam}
      and name not in (select jsonb_array_elements_text(${names}::jsonb))
      and not exists (select from public.virtual_keys where virtual_keys.team_id = teams.id)
      and not exists (select from public.consumers where consumers.team_id = teams.id)`;
  const kept = await transaction.$executeRaw`
    update public.teams set managed_by = 'api'
    where organization_id = ${organization}::uuid and managed_by = 'file'
      and name not in (select jsonb_array_elements_text(${names}::jsonb))`;
  return removed + kept;
}
