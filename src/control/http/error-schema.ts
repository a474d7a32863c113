import { z } from 'zod';

/** How every error of the admin API looks. */
export const errorSchema = z.object({
  error: z.object({
    code: z.string().describe('From the table in docs/errors.md'),
    message: z.string(),
    param: z.string().nullable().describe('The member, parameter or header that is wrong'),
    request_id: z.string(),
  }),
});
