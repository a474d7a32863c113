import type { FileResources } from '../../spec/store.ts';
import type { ConfigurationTransaction } from './client.ts';
import { refuseNames } from './refuse-names.ts';

type FileModel = FileResources['models'][number];

/** Answers how many rows changed. */
export async function applyModels(
  transaction: ConfigurationTransaction,
  organization: string,
  models: readonly FileModel[],
): Promise<number> {
  const held = await transaction.model.findMany({
    where: { organizationId: organization, managedBy: 'api' },
    select: { name: true },
  });
  refuseNames('models', models, held);
  const wanted = JSON.stringify(models.map(({ timeouts, ...model }) => ({ ...model, ...timeouts })));
  const removed = await transaction.$executeRaw`
    delete from public.models
    where organization_id = ${organization}::uuid and managed_by = 'file'
      and name not in (select name from jsonb_to_recordset(${wanted}::jsonb) as wanted (name text))`;
  const written = await transaction.$executeRaw`
    insert into public.models as held
      (id, organization_id, name, strategy, retries, connect_millis, first_token_millis, idle_millis, total_millis,
       managed_by)
    select gen_random_uuid(), ${organization}::uuid, name, strategy, retries, "connectMillis", "firstTokenMillis",
      "idleMillis", "totalMillis", 'file'::public.managed_by
    from jsonb_to_recordset(${wanted}::jsonb) as wanted
      (name text, strategy public.strategy, retries integer, "connectMillis" integer, "firstTokenMillis" integer,
       "idleMillis" integer, "totalMillis" integer)
    on conflict (organization_id, name) do update set
      strategy = excluded.strategy, retries = excluded.retries, connect_millis = excluded.connect_millis,
      first_token_millis = excluded.first_token_millis, idle_millis = excluded.idle_millis,
      total_millis = excluded.total_millis
    where (held.strategy, held.retries, held.connect_millis, held.first_token_millis, held.idle_millis,
        held.total_millis)
      is distinct from (excluded.strategy, excluded.retries, excluded.connect_millis, excluded.first_token_millis,
        excluded.idle_millis, excluded.total_millis)`;
  return removed + written + (await applyTargets(transaction, organization, models));
}

const rowsOf = ({ name, targets, fallbacks }: FileModel) => [
  ...targets.map((target, position) => ({ name, role: 'target', position, ...target })),
  ...fallbacks.map((target, position) => ({ name, role: 'fallback', position, ...target })),
];

async function applyTargets(
  transaction: ConfigurationTransaction,
  organization: string,
  models: readonly FileModel[],
): Promise<number> {
  const wanted = JSON.stringify(models.flatMap(rowsOf));
  const removed = await transaction.$executeRaw`
    delete from public.targets using public.models
    where models.id = targets.model_id and models.organization_id = ${organization}::uuid
      and models.managed_by = 'file'
      and (models.name, targets.role, targets.position) not in
        (select name, role, position from jsonb_to_recordset(${wanted}::jsonb)
          as wanted (name text, role public.target_role, position integer))`;
  const written = await transaction.$executeRaw`
    insert into public.targets as held (model_id, role, position, target, weight)
    select models.id, wanted.role, wanted.position, wanted.model, wanted.weight
    from jsonb_to_recordset(${wanted}::jsonb)
      as wanted (name text, role public.target_role, position integer, model text, weight double precision)
    join public.models on models.organization_id = ${organization}::uuid and models.name = wanted.name
    on conflict (model_id, role, position) do update set target = excluded.target, weight = excluded.weight
    where (held.target, held.weight) is distinct from (excluded.target, excluded.weight)`;
  return removed + written;
}
