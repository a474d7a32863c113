import { z } from 'zod';

/** What `GET /admin/v1/usage` answers. An event has all columns of the ledger. */
export const usagePageSchema = z.object({
  events: z.array(z.looseObject({ id: z.string(), call_id: z.string() })).describe('Newest first'),
  next: z.string().nullable().describe('Cursor of the next page; null on the last one'),
});
