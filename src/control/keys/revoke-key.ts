import { z } from 'zod';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { KeyResource } from '../../spec/resources.ts';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { errorSchema } from '../http/error-schema.ts';
import { keySchema, keyView } from './key-view.ts';

const params = z.object({ id: z.string().describe('Id of the key, or its name when no other live key has that name') });

/** Revoking twice is the same as once; a key that the file manages may be revoked too, and stays so. */
export function revokeKeyRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'Revoke a virtual key', params, response: { 200: keySchema, '4xx': errorSchema } };
  app.delete('/admin/v1/keys/:id', { schema }, async request => {
    const { id } = request.params;
    const revoked = (await deps.store.revokeKey(id)) ?? (await deps.store.revokeKey(await idOfName(deps, id)));
    if (revoked === null) throw noSuchKey(id);
    await deps.afterChange();
    return keyView(revoked);
  });
}

async function idOfName(deps: ControlDependencies, name: string): Promise<string> {
  const named = (await deps.store.listKeys()).filter(key => key.name === name);
  const live = named.filter(key => key.revokedAt === null);
  if (live.length > 1) throw severalKeys(name, live);
  // Without a live one, the newest answers as it did when it was revoked.
  const key = live[0] ?? named.at(-1);
  if (key === undefined) throw noSuchKey(name);
  return key.id;
}

const noSuchKey = (name: string) =>
  new GatewayError('resource_not_found', { message: `There is no key "${name}".`, param: 'id' });

function severalKeys(name: string, keys: readonly KeyResource[]): GatewayError {
  const ids = keys.slice(0, 10).map(key => `${key.id} (team ${key.team})`);
  return new GatewayError('invalid_value', {
    message: `Several keys are named "${name}". Name one by its id: ${ids.join(', ')}.`,
    param: 'id',
  });
}
