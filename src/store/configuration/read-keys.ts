import { z } from 'zod';
import type { KeyResource } from '../../spec/resources.ts';
import type { ConfigurationTransaction } from './client.ts';

const PAGE = 1_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

const Page = z.array(z.object({ page: z.string().nullable() })).length(1);
const Keys = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    team: z.string(),
    consumer: z.string().nullable(),
    digest: z.string(),
    hint: z.string(),
    models: z.array(z.string()),
    createdAt: z.coerce.date(),
    expiresAt: z.nullable(z.coerce.date()),
    revokedAt: z.nullable(z.coerce.date()),
    storeResponses: z.boolean().nullable(),
    managedBy: z.enum(['file', 'api']),
  }),
);

/**
 * All keys by id, in pages. This thread also carries streams: with 100,000 keys the ORM's rows held it for
 * 0.65 s in one piece (1.4 s in all), pages of JSON for at most 0.03 s (0.5 s in all).
 */
export async function readKeys(transaction: ConfigurationTransaction): Promise<KeyResource[]> {
  const keys: KeyResource[] = [];
  for (;;) {
    const page = await readPage(transaction, keys.at(-1)?.id ?? BEFORE_ALL);
    for (const key of page) keys.push(key);
    if (page.length < PAGE) return keys;
  }
}

async function readPage(transaction: ConfigurationTransaction, after: string): Promise<readonly KeyResource[]> {
  const rows = await transaction.$queryRaw`
    select json_agg(key order by key.id)::text as page from (
      select held.id, held.name, teams.name as team, consumers.name as consumer, held.digest, held.hint, held.models,
        held.created_at as "createdAt", held.expires_at as "expiresAt", held.revoked_at as "revokedAt",
        held.store_responses as "storeResponses", held.managed_by as "managedBy"
      from public.virtual_keys as held
      join public.teams on teams.id = held.team_id
      left join public.consumers on consumers.id = held.consumer_id
      where held.id > ${after}::uuid
      order by held.id limit ${PAGE}
    ) as key`;
  const [text] = Page.parse(rows);
  return Keys.parse(JSON.parse(text?.page ?? '[]'));
}
