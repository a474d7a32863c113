import { GatewayError } from '../../spec/gateway-error.ts';
import type { DigestKey } from '../../spec/key-digest.ts';
import { isKeyText } from '../../spec/names.ts';
import type { Principal, Snapshot } from '../../spec/snapshot.ts';
import { FailureThrottle } from './failure-throttle.ts';
import { presentedKey } from './presented-key.ts';

/** Keys whose principal is remembered. */
const REMEMBERED = 10_000;

/** Of a request, what tells who calls. */
export interface Presented {
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** `queryKeys` stood in the query of the request. */
export type Identify = (request: Presented, snapshot: Snapshot, queryKeys?: readonly string[]) => Principal;

/**
 * Turns the presented key into a principal, from memory: one digest and one lookup, or the lookup alone for a key that
 * was found valid before. Unknown, expired, revoked and malformed keys are the same 401 at the same cost, so that an
 * answer does not tell which keys exist.
 */
export function authentication(digest: DigestKey): Identify {
  const throttle = new FailureThrottle();
  const find = remembering(digest);
  return (request, snapshot, queryKeys) => {
    const key = presentedKey(request.rawHeaders, queryKeys);
    const nowMillis = Date.now();
    const principal = find(key, snapshot, nowMillis);
    if (principal !== undefined) return principal;
    if (throttle.exceeded(request.socket.remoteAddress ?? '', nowMillis)) {
      throw new GatewayError('too_many_failures', { retryAfter: 1 });
    }
    throw new GatewayError('invalid_api_key');
  };
}

type Find = (key: string, snapshot: Snapshot, nowMillis: number) => Principal | undefined;

/**
 * Only keys that open something are remembered, so strangers can neither fill nor flush the memory, and only while their
 * snapshot is the one that is served, so that a key that was taken away is refused from the next one on.
 */
function remembering(digest: DigestKey): Find {
  const remembered = new Map<string, Principal>();
  let of: Snapshot | null = null;
  return (key, snapshot, nowMillis) => {
    if (snapshot !== of) {
      remembered.clear();
      of = snapshot;
    }
    const known = remembered.get(key);
    if (known !== undefined && known.expiresAtMillis > nowMillis) return known;
    const principal = isKeyText(key) ? snapshot.principals.get(digest(key)) : undefined;
    if (principal === undefined || principal.expiresAtMillis <= nowMillis) return undefined;
    if (remembered.size >= REMEMBERED) remembered.clear();
    // A copy: the key may be a slice, and then it would keep the whole head of its request in memory.
    remembered.set(Buffer.from(key, 'latin1').toString('latin1'), principal);
    return principal;
  };
}
