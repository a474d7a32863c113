import type { KeyResource } from '../../spec/resources.ts';
import { changeConfiguration } from './change.ts';
import type { ConfigurationClient } from './client.ts';
import { keyRelations, keyResource } from './key-resource.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Null when there is no such key. The first revocation's time stays. A key of the file may be revoked too, and then
 * stays revoked whatever the file says.
 */
export function revokeKey(client: ConfigurationClient, id: string): Promise<KeyResource | null> {
  if (!UUID.test(id)) return Promise.resolve(null);
  return changeConfiguration(client, async transaction => {
    const { count } = await transaction.virtualKey.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    const row = await transaction.virtualKey.findUnique({ where: { id }, include: keyRelations });
    return { result: row && keyResource(row), changed: count > 0 };
  });
}
