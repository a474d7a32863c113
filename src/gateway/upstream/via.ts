import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';

/** This process, as it names itself to whatever stands behind it. */
export const ownHop = `1.1 tollgate-${randomBytes(8).toString('hex')}`;
const HOP = /^1\.1 tollgate-[0-9a-f]{16}$/;
const none: readonly string[] = [];

/**
 * The gateways that a call has come through, from its `via` header; other proxies in it are not our business. Throws
 * `loop_detected` for a call that goes in a circle: it has been here before, or through more gateways than anyone puts
 * behind one another.
 */
export function readHops(via: string | undefined): readonly string[] {
  if (via === undefined) return none;
  const hops = via
    .split(',')
    .map(hop => hop.trim())
    .filter(hop => HOP.test(hop));
  const own = hops.filter(hop => hop === ownHop).length;
  if (own < limits.ownHops && hops.length < limits.hops) return hops;
  throw new GatewayError('loop_detected', { detail: hops.join(', ') });
}
