import { z } from 'zod';
import { uuidv7 } from '../../spec/ids.ts';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { errorSchema } from '../http/error-schema.ts';
import { modelGlob, resourceName, storeResponses } from '../http/names.ts';
import { expiryOf } from './expiry.ts';
import { keyView, newKeySchema } from './key-view.ts';

const HINT_LENGTH = 4;

const body = z.strictObject({
  name: resourceName,
  team: resourceName.default('default'),
  consumer: resourceName.optional(),
  models: z.array(modelGlob).min(1).max(1000).default(['*']).describe('Names and patterns the key may use'),
  expires_at: z.iso.datetime({ offset: true, error: 'expected a time such as 2027-01-31T00:00:00Z' }).optional(),
  expires_in: z
    .string()
    .regex(/^[1-9]\d{0,5}[mhdw]$/, { error: 'expected a span such as 30d, 12h or 45m' })
    .optional(),
  store_responses: storeResponses.default(null),
});

export function createKeyRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'Create a virtual key', body, response: { 201: newKeySchema, '4xx': errorSchema } };
  app.post('/admin/v1/keys', { schema }, async (request, reply) => {
    const { name, team, consumer, models } = request.body;
    const secret = deps.newKey();
    const key = await deps.store.createKey({
      id: uuidv7(),
      name,
      team,
      consumer: consumer ?? null,
      digest: deps.digestKey(secret),
      hint: secret.slice(-HINT_LENGTH),
      models,
      expiresAt: expiryOf(request.body, deps.nowMillis?.() ?? Date.now()),
      storeResponses: request.body.store_responses,
    });
    await deps.afterChange();
    return reply.code(201).send({ ...keyView(key), key: secret });
  });
}
