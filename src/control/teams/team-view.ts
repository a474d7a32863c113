import { z } from 'zod';
import type { TeamResource } from '../../spec/resources.ts';
import { storeResponses } from '../http/names.ts';

export const teamSchema = z.object({
  name: z.string(),
  store_responses: storeResponses,
  managed_by: z.enum(['file', 'api']),
});

export const teamListSchema = z.object({ teams: z.array(teamSchema) });

export const teamView = ({ name, storeResponses, managedBy }: TeamResource) => ({
  name,
  store_responses: storeResponses,
  managed_by: managedBy,
});
