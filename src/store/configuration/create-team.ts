import { GatewayError } from '../../spec/gateway-error.ts';
import { uuidv7 } from '../../spec/ids.ts';
import type { TeamResource, TeamSettings } from '../../spec/resources.ts';
import { changeConfiguration } from './change.ts';
import type { ConfigurationClient } from './client.ts';
import { organizationId } from './organization.ts';

/** Throws `resource_exists` when the name is taken. */
export function createTeam(client: ConfigurationClient, { name, storeResponses }: TeamSettings): Promise<TeamResource> {
  return changeConfiguration(client, async transaction => {
    const organization = await organizationId(transaction);
    const { count } = await transaction.team.createMany({
      data: [{ id: uuidv7(), organizationId: organization, name, storeResponses, managedBy: 'api' }],
      skipDuplicates: true,
    });
    if (count === 0) {
      throw new GatewayError('resource_exists', { message: `A team named "${name}" exists.`, param: 'name' });
    }
    return { result: { name, storeResponses, managedBy: 'api' }, changed: true };
  });
}
