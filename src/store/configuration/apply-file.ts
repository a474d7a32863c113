import type { FileResources } from '../../spec/store.ts';
import { applyConsumers, removeConsumers } from './apply-consumers.ts';
import { applyKeys } from './apply-keys.ts';
import { applyModels } from './apply-models.ts';
import { applyOrganization } from './apply-organization.ts';
import { applyPrices } from './apply-prices.ts';
import { applyProviders } from './apply-providers.ts';
import { applyTeams, removeTeams } from './apply-teams.ts';
import { changeConfiguration } from './change.ts';
import type { ConfigurationClient } from './client.ts';
import { organizationId } from './organization.ts';

/**
 * Makes what the file manages be exactly this. What the API made stays as it is; a team or consumer that the file names
 * is managed by the file from then on, and goes back to the API when the file drops it while keys still hang on it.
 * Every statement counts the rows that it really changed, so the same file again changes nothing.
 *
 * Throws `resource_exists`, naming the resource, when a key, provider or model of the file has the name or secret of
 * one that the API made, and `resource_not_found` for a key of a team that does not exist.
 */
export function applyFile(client: ConfigurationClient, file: FileResources): Promise<boolean> {
  return changeConfiguration(client, async transaction => {
    const organization = await organizationId(transaction);
    const counts = [
      await applyOrganization(transaction, organization, file.organization),
      await applyTeams(transaction, organization, file.teams),
      await applyConsumers(transaction, organization, file),
      await applyKeys(transaction, organization, file.keys),
      await removeConsumers(transaction, organization, file),
      await removeTeams(transaction, organization, file.teams),
      await applyProviders(transaction, organization, file.providers),
      await applyModels(transaction, organization, file.models),
      await applyPrices(transaction, organization, file.prices),
    ];
    const changed = counts.some(count => count > 0);
    return { result: changed, changed };
  });
}
