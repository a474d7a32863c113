import type { OrganizationSettings } from '../../spec/resources.ts';
import type { ConfigurationTransaction } from './client.ts';

/** What is said of the organization is said in the file alone. Answers how many rows changed. */
export async function applyOrganization(
  transaction: ConfigurationTransaction,
  organization: string,
  { storeResponses }: OrganizationSettings,
): Promise<number> {
  return await transaction.$executeRaw`
    update public.organizations set store_responses = ${storeResponses}::boolean
    where id = ${organization}::uuid and store_responses is distinct from ${storeResponses}::boolean`;
}
