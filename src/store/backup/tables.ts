import type { ClientBase } from 'pg';
import { z } from 'zod';

/**
 * What a backup holds, by qualified name, in the order in which it can be loaded: what is referred to comes first. The
 * journals of the migrations are not here; a restore writes them itself.
 */
export const backupTables = [
  'public.organizations',
  'public.teams',
  'public.consumers',
  'public.virtual_keys',
  'public.providers',
  'public.models',
  'public.targets',
  'public.price_overrides',
  'public.instance_secrets',
  'public.configuration_version',
  'public.stored_responses',
  'ledger.migrated_by',
  'ledger.dimensions',
  'ledger.usage_rollups',
  'ledger.usage_events',
] as const;

export type BackupTable = (typeof backupTables)[number];

/** The one with a partition per day. */
export const partitioned: BackupTable = 'ledger.usage_events';

const Column = z.object({ table: z.string(), column: z.string() });

/** Columns of those of our tables that this database has, in their order. */
export async function columnsOfTables(client: ClientBase): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query(
    `select namespace.nspname || '.' || class.relname as table, attname as column
     from pg_attribute
       join pg_class as class on class.oid = attrelid
       join pg_namespace as namespace on namespace.oid = relnamespace
     where namespace.nspname || '.' || class.relname = any($1) and attnum > 0 and not attisdropped and attgenerated = ''
     order by attrelid, attnum`,
    [backupTables],
  );
  const found = new Map<string, string[]>();
  for (const { table, column } of z.array(Column).parse(rows)) found.set(table, [...(found.get(table) ?? []), column]);
  return found;
}

/** `"ledger"."usage_events" ("day", "id")`: every name in it is quoted. */
export function copyTarget(relation: string, columns: readonly string[]): string {
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  return `${relation.split('.').map(quoted).join('.')} (${columns.map(quoted).join(', ')})`;
}
