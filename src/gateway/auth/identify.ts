import { GatewayError } from '../../spec/gateway-error.ts';
import type { DigestKey } from '../../spec/key-digest.ts';
import { isKeyText } from '../../spec/names.ts';
import type { Principal, Snapshot } from '../../spec/snapshot.ts';
import { FailureThrottle } from './failure-throttle.ts';
import { presentedKey } from './presented-key.ts';

/** Of a request, what tells who calls. */
export interface Presented {
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string | undefined };
}

export type Identify = (request: Presented, snapshot: Snapshot) => Principal;

/**
 * Turns the presented key into a principal, from memory: one digest, one lookup. Unknown, expired, revoked and
 * malformed keys are the same 401, so that an answer does not tell which keys exist.
 */
export function authentication(digest: DigestKey): Identify {
  const throttle = new FailureThrottle();
  return (request, snapshot) => {
    const key = presentedKey(request.rawHeaders);
    const principal = isKeyText(key) ? snapshot.principals.get(digest(key)) : undefined;
    const now = Date.now();
    if (principal !== undefined && principal.expiresAtMillis > now) return principal;
    if (throttle.exceeded(request.socket.remoteAddress ?? '', now)) {
      throw new GatewayError('too_many_failures', { retryAfter: 1 });
    }
    throw new GatewayError('invalid_api_key');
  };
}
