import { GatewayError } from '../spec/gateway-error.ts';
import type { Store } from '../spec/store.ts';

/** What the planes ask of the store while they serve. */
export type ServingStore = Pick<
  Store,
  | 'createTeam'
  | 'listTeams'
  | 'createKey'
  | 'listKeys'
  | 'revokeKey'
  | 'append'
  | 'spend'
  | 'usage'
  | 'responses'
  | 'removeExpiredResponses'
  | 'backup'
  | 'ping'
>;

/**
 * The store behind a gate. Until it is open every operation throws `database_unavailable`, though the database may
 * answer already: it may be one that was not migrated yet, or not ours.
 */
export function gateStore(store: Store, isOpen: () => boolean): ServingStore {
  async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (isOpen()) return work();
    throw new GatewayError('database_unavailable', { detail: 'the database has not been there since the start' });
  }
  return {
    createTeam: team => pass(() => store.createTeam(team)),
    listTeams: () => pass(() => store.listTeams()),
    createKey: key => pass(() => store.createKey(key)),
    listKeys: () => pass(() => store.listKeys()),
    revokeKey: id => pass(() => store.revokeKey(id)),
    append: events => pass(() => store.append(events)),
    spend: query => pass(() => store.spend(query)),
    usage: query => pass(() => store.usage(query)),
    responses: {
      save: (id, scope, content) => pass(() => store.responses.save(id, scope, content)),
      load: (id, scope) => pass(() => store.responses.load(id, scope)),
      remove: (id, scope) => pass(() => store.responses.remove(id, scope)),
    },
    removeExpiredResponses: () => pass(() => store.removeExpiredResponses()),
    backup: program => pass(() => store.backup(program)),
    ping: () => pass(() => store.ping()),
  };
}
