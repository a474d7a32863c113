import { GatewayError } from '../../spec/gateway-error.ts';
import type { ConfigurationTransaction } from './client.ts';

/** The one organization until there are several; made by the first migration. */
export const organizationName = 'default';

/** Always there and never removed: the team of the first key. */
export const defaultTeam = 'default';

export async function organizationId(transaction: ConfigurationTransaction): Promise<string> {
  const { id } = await transaction.organization.findUniqueOrThrow({ where: { name: organizationName } });
  return id;
}

/** Throws `resource_not_found`, parameter `team`, when there is none of this name. */
export async function teamId(transaction: ConfigurationTransaction, name: string): Promise<string> {
  const team = await transaction.team.findFirst({ where: { name, organization: { name: organizationName } } });
  if (team) return team.id;
  throw new GatewayError('resource_not_found', { message: `There is no team "${name}".`, param: 'team' });
}
