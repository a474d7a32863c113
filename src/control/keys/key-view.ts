import { z } from 'zod';
import type { KeyResource } from '../../spec/resources.ts';
import { storeResponses } from '../http/names.ts';

const moment = z.iso.datetime().nullable();

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  team: z.string(),
  consumer: z.string().nullable(),
  hint: z.string().describe('The last four characters of the key'),
  models: z.array(z.string()),
  created_at: z.iso.datetime(),
  expires_at: moment,
  revoked_at: moment,
  store_responses: storeResponses,
  managed_by: z.enum(['file', 'api']),
});

export const newKeySchema = keySchema.extend({ key: z.string().describe('The secret. It is shown this once.') });

export const keyListSchema = z.object({ keys: z.array(keySchema) });

/** A virtual key as the admin API shows it: never its secret, never its digest. */
export function keyView(key: KeyResource): z.infer<typeof keySchema> {
  return {
    id: key.id,
    name: key.name,
    team: key.team,
    consumer: key.consumer,
    hint: key.hint,
    models: [...key.models],
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    store_responses: key.storeResponses,
    managed_by: key.managedBy,
  };
}
