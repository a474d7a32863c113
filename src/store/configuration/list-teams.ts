import type { TeamResource } from '../../spec/resources.ts';
import type { ConfigurationClient } from './client.ts';

/** By name. */
export const listTeams = (client: ConfigurationClient): Promise<readonly TeamResource[]> =>
  client.team.findMany({ select: { name: true, storeResponses: true, managedBy: true }, orderBy: { name: 'asc' } });
