import { z } from 'zod';
import type { TeamResource } from '../../spec/resources.ts';

export const teamSchema = z.object({ name: z.string(), managed_by: z.enum(['file', 'api']) });

export const teamListSchema = z.object({ teams: z.array(teamSchema) });

export const teamView = ({ name, managedBy }: TeamResource) => ({ name, managed_by: managedBy });
