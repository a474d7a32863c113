import type { KeyResource } from '../../spec/resources.ts';
import type { ConfigurationClient } from './client.ts';
import { keyRelations, keyResource } from './key-resource.ts';

/** Revoked ones too, oldest first. */
export async function listKeys(client: ConfigurationClient): Promise<readonly KeyResource[]> {
  const rows = await client.virtualKey.findMany({
    include: keyRelations,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(keyResource);
}
