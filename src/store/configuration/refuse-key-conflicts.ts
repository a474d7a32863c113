import { z } from 'zod';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { FileResources } from '../../spec/store.ts';
import type { ConfigurationTransaction } from './client.ts';

type FileKey = FileResources['keys'][number];

const Conflicts = z.array(z.object({ name: z.string(), team: z.string(), reason: z.enum(['team', 'name', 'secret']) }));

/** Throws for the first key of the file that cannot be written; see `applyFile`. */
export async function refuseKeyConflicts(
  transaction: ConfigurationTransaction,
  organization: string,
  keys: readonly FileKey[],
): Promise<void> {
  refuseRepeated(keys);
  const rows = await transaction.$queryRaw`
    select wanted.name, wanted.team,
      case when teams.id is null then 'team' when held.digest = wanted.digest then 'secret' else 'name' end as reason
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as wanted (name text, team text, digest text)
    left join public.teams on teams.organization_id = ${organization}::uuid and teams.name = wanted.team
    left join lateral (
      select digest from public.virtual_keys
      where managed_by = 'api' and revoked_at is null
        and (virtual_keys.digest = wanted.digest or (team_id = teams.id and virtual_keys.name = wanted.name))
      order by virtual_keys.digest = wanted.digest desc limit 1
    ) as held on true
    where teams.id is null or held.digest is not null
    order by wanted.team, wanted.name limit 1`;
  const [conflict] = Conflicts.parse(rows);
  if (conflict) throw refusal(conflict);
}

function refuseRepeated(keys: readonly FileKey[]): void {
  const byDigest = new Map<string, FileKey>();
  const names = new Set<string>();
  for (const key of keys) {
    const twin = byDigest.get(key.digest);
    if (twin) throw conflictOf(`${titleOf(twin)} and ${titleOf(key)} have the same secret.`, key.name);
    if (names.has(titleOf(key))) throw conflictOf(`${titleOf(key)} stands in the file twice.`, key.name);
    byDigest.set(key.digest, key);
    names.add(titleOf(key));
  }
}

function refusal({ name, team, reason }: z.infer<typeof Conflicts>[number]): GatewayError {
  if (reason === 'team') {
    const message = `Key "${name}" belongs to team "${team}", which does not exist.`;
    return new GatewayError('resource_not_found', { message, param: `keys.${name}.team` });
  }
  const what = reason === 'name' ? 'a key of this name' : 'a key with the same secret';
  return conflictOf(`${titleOf({ name, team })}: ${what} was made over the API. Revoke it or change the file.`, name);
}

const titleOf = ({ name, team }: { readonly name: string; readonly team: string }): string =>
  `Key "${name}" of team "${team}"`;

const conflictOf = (message: string, name: string): GatewayError =>
  new GatewayError('resource_exists', { message, param: `keys.${name}` });
