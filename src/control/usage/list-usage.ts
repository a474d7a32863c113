import { z } from 'zod';
import type { UsageQuery } from '../../spec/store.ts';
import type { UsageOutcome } from '../../spec/usage-event.ts';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { errorSchema } from '../http/error-schema.ts';
import { periodParameters, readPeriod } from '../spend/period.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { usagePageSchema } from './usage-page.ts';

const outcomes = ['finished', 'failed', 'aborted', 'unknown', 'correction'] as const satisfies readonly UsageOutcome[];

const exact = z
  .string()
  .max(512)
  .regex(/^\P{Cc}*$/u, { error: 'expected a name without control characters' })
  .optional();

const querystring = z.strictObject({
  ...periodParameters,
  limit: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, { error: 'expected a whole number from 1 to 1000' })
    .default('100'),
  cursor: z.string().max(128).optional().describe('`next` of the page before'),
  team: exact,
  key: exact.describe('Name of a virtual key'),
  model: exact.describe('As the client asked'),
  provider: exact,
  target: exact.describe('`provider/model`'),
  outcome: z.enum(outcomes).optional(),
  call_id: z.guid({ error: 'expected the id of a call' }).toLowerCase().optional(),
});

export function usageRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'List usage events', querystring, response: { 200: usagePageSchema, '4xx': errorSchema } };
  app.get('/admin/v1/usage', { schema }, async request => {
    const { limit: written, cursor } = request.query;
    const limit = Number(written);
    const found = await deps.store.usage({
      ...readPeriod(request.query, deps.nowMillis?.() ?? Date.now()),
      // One more than asked for tells whether there is another page.
      limit: limit + 1,
      before: cursor === undefined ? null : openCursor(cursor, deps.digestKey),
      filters: filtersOf(request.query),
    });
    const events = found.slice(0, limit);
    const last = events.at(-1);
    return { events, next: found.length > limit && last ? sealCursor(last.id, deps.digestKey) : null };
  });
}

function filtersOf(query: z.infer<typeof querystring>): UsageQuery['filters'] {
  const { team, key, model, provider, target, outcome, call_id } = query;
  const filters = { team, key, model, provider, target, outcome, call_id };
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}
