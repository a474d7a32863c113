import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newVirtualKey } from './control/secrets/new-virtual-key.ts';
import { GatewayError } from './spec/gateway-error.ts';
import { uuidv7 } from './spec/ids.ts';
import type { DigestKey } from './spec/key-digest.ts';
import type { Store } from './spec/store.ts';

const NAME = 'quickstart';
const TEAM = 'default';

/**
 * An instance without any key gets one, so that the first call can be made: of team `default`, kept in the data folder
 * for its owner only. An instance that has or had keys is left alone.
 */
export async function makeQuickstartKey(store: Store, digest: DigestKey, dataDir: string): Promise<void> {
  if ((await store.listKeys()).length > 0) return;
  const secret = newVirtualKey();
  const file = join(dataDir, 'quickstart.key');
  // The file first: a key without it would be lost, a file without its key is made anew.
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  const created = store.createKey({
    id: uuidv7(),
    name: NAME,
    team: TEAM,
    consumer: null,
    digest: digest(secret),
    hint: secret.slice(-4),
    models: ['*'],
    expiresAt: null,
    storeResponses: null,
  });
  await created.catch((error: unknown) => {
    rmSync(file);
    // Another node that started at the same moment was first.
    if (!(error instanceof GatewayError) || error.code !== 'resource_exists') throw error;
  });
}
