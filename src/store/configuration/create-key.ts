import { GatewayError } from '../../spec/gateway-error.ts';
import { uuidv7 } from '../../spec/ids.ts';
import type { KeyResource } from '../../spec/resources.ts';
import type { NewKey } from '../../spec/store.ts';
import { changeConfiguration } from './change.ts';
import type { ConfigurationClient, ConfigurationTransaction } from './client.ts';
import { keyRelations, keyResource } from './key-resource.ts';
import { teamId } from './organization.ts';

/**
 * A consumer that the team does not have yet is made with the key. Throws `resource_not_found` (parameter `team`) and
 * `resource_exists` when the team has a key of this name that is not revoked, or the secret is in use.
 */
export function createKey(client: ConfigurationClient, key: NewKey): Promise<KeyResource> {
  return changeConfiguration(client, async transaction => {
    const team = await teamId(transaction, key.team);
    await refuseTaken(transaction, team, key);
    const consumer = key.consumer === null ? null : await consumerId(transaction, team, key.consumer);
    const row = await transaction.virtualKey.create({
      data: {
        id: key.id,
        teamId: team,
        consumerId: consumer,
        name: key.name,
        digest: key.digest,
        hint: key.hint,
        models: [...key.models],
        expiresAt: key.expiresAt,
        storeResponses: key.storeResponses,
        managedBy: 'api',
      },
      include: keyRelations,
    });
    return { result: keyResource(row), changed: true };
  });
}

async function refuseTaken(transaction: ConfigurationTransaction, team: string, key: NewKey): Promise<void> {
  const holder = await transaction.virtualKey.findFirst({
    where: { OR: [{ id: key.id }, { digest: key.digest }, { teamId: team, name: key.name, revokedAt: null }] },
  });
  if (!holder) return;
  const sameName = holder.teamId === team && holder.name === key.name && holder.revokedAt === null;
  throw new GatewayError('resource_exists', {
    message: sameName ? `Team "${key.team}" has a key named "${key.name}".` : 'A key with this secret exists.',
    param: sameName ? 'name' : 'secret',
  });
}

async function consumerId(transaction: ConfigurationTransaction, team: string, name: string): Promise<string> {
  const { id } = await transaction.consumer.upsert({
    where: { teamId_name: { teamId: team, name } },
    create: { id: uuidv7(), teamId: team, name, managedBy: 'api' },
    update: {},
  });
  return id;
}
