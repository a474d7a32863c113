import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../spec/limits.ts';
import type { Resources } from '../spec/resources.ts';
import type { Store } from '../spec/store.ts';
import { openSnapshot } from './backup/open-snapshot.ts';
import { applyFile } from './configuration/apply-file.ts';
import { openClient } from './configuration/client.ts';
import { createKey } from './configuration/create-key.ts';
import { createTeam } from './configuration/create-team.ts';
import { instanceSecret } from './configuration/instance-secret.ts';
import { listKeys } from './configuration/list-keys.ts';
import { listTeams } from './configuration/list-teams.ts';
import { load } from './configuration/load.ts';
import { revokeKey } from './configuration/revoke-key.ts';
import { watchVersion } from './configuration/watch-version.ts';
import type { Connection } from './connection.ts';
import { reachable } from './database-error.ts';
import { appendEvents } from './ledger/append-events.ts';
import { listUsage } from './ledger/list-usage.ts';
import { sumSpend } from './ledger/sum-spend.ts';
import type { StoreLogger } from './logger.ts';
import { clientConfig, openPool } from './open-pool.ts';
import { ping } from './ping.ts';
import { loadResponse } from './responses/load-response.ts';
import { removeExpired } from './responses/remove-expired.ts';
import { removeResponse } from './responses/remove-response.ts';
import { saveResponse } from './responses/save-response.ts';

const CLOSE_MILLIS = 5_000;

export interface StoreOptions {
  readonly connection: Connection | string;
  readonly logger: StoreLogger;
}

/**
 * The store over a migrated database. Every operation throws `database_unavailable` while the database is away and
 * works again when it is back; opening asks it nothing.
 */
export function openStore({ connection, logger }: StoreOptions): Store {
  const pool = openPool(connection, logger);
  const client = openClient(pool);
  const watch = watchVersion({
    config: clientConfig(connection),
    readVersion: async () => {
      const { version } = await client.configurationVersion.findUniqueOrThrow({ where: { id: 1 } });
      return version;
    },
    logger,
  });

  async function loadSeen(): Promise<Resources> {
    const resources = await load(client);
    watch.seen(resources.version);
    return resources;
  }

  return {
    load: () => reachable(loadSeen),
    onChange: listener => watch.subscribe(listener),
    applyFile: resources => reachable(() => applyFile(client, resources)),
    createTeam: team => reachable(() => createTeam(client, team)),
    listTeams: () => reachable(() => listTeams(client)),
    createKey: key => reachable(() => createKey(client, key)),
    listKeys: () => reachable(() => listKeys(client)),
    revokeKey: id => reachable(() => revokeKey(client, id)),
    instanceSecret: (name, make) => reachable(() => instanceSecret(client, name, make)),
    append: events => reachable(() => appendEvents(pool, events)),
    spend: query => reachable(() => sumSpend(pool, query)),
    usage: query => reachable(() => listUsage(pool, query)),
    responses: {
      save: (id, scope, content) =>
        reachable(() => saveResponse(pool, id, scope, content, limits.storedResponseMillis)),
      load: (id, scope) => reachable(() => loadResponse(pool, id, scope)),
      remove: (id, scope) => reachable(() => removeResponse(pool, id, scope)),
    },
    removeExpiredResponses: () => reachable(() => removeExpired(pool)),
    backup: program => reachable(() => openSnapshot(connection, program)),
    ping: () => reachable(() => ping(pool)),
    async close() {
      await watch.close();
      await client.$disconnect();
      // A connection that hangs is closed with the process; it must not keep the process from ending.
      await Promise.race([pool.end(), sleep(CLOSE_MILLIS, undefined, { ref: false })]);
    },
  };
}
