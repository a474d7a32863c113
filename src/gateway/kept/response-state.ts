import type { IdSealer } from '../../spec/id-sealer.ts';
import type { ResponseScope, ResponseStore } from '../../spec/response-store.ts';
import type { Principal } from '../../spec/snapshot.ts';

/** What the data plane knows of responses that calls go on from: ids of those at a provider, and the others themselves. */
export interface ResponseState {
  readonly ids: IdSealer;
  readonly responses: ResponseStore;
}

export const scopeOf = ({ organization, team }: Principal): ResponseScope => ({ organization, team });

const PREFIX = 'resp_';
const OWN = /^resp_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** The UUID behind an id that this gateway gave to a response which no provider keeps; null for any other id. */
export function ownId(id: string): string | null {
  const parts = OWN.exec(id);
  return parts === null ? null : parts.slice(1).join('-');
}

/** The id under which a client knows the response of a call that no provider keeps. */
export const responseId = (callId: string): string => PREFIX + callId.replaceAll('-', '');

/** Ids of responses at one target, for one scope: the provider's own to the left, what the client sees to the right. */
export class ResponseIds {
  readonly #state: ResponseState;
  readonly #scope: ResponseScope;

  constructor(state: ResponseState, principal: Principal) {
    this.#state = state;
    this.#scope = scopeOf(principal);
  }

  seal(provider: string, model: string, id: string): string {
    return this.#state.ids.seal(PREFIX, this.#scope, { provider, model, id });
  }

  open(sealed: string) {
    return this.#state.ids.open(PREFIX, this.#scope, sealed);
  }
}
