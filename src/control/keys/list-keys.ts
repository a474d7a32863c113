import { z } from 'zod';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { keyListSchema, keyView } from './key-view.ts';

export function listKeysRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = {
    summary: 'List all virtual keys, revoked ones too, oldest first',
    querystring: z.strictObject({}),
    response: { 200: keyListSchema },
  };
  app.get('/admin/v1/keys', { schema }, async () => ({ keys: (await deps.store.listKeys()).map(keyView) }));
}
