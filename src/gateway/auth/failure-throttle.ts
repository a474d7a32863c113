import { isIPv6 } from 'node:net';
import { limits } from '../../spec/limits.ts';

const MAX_NETWORKS = 10_000;

/**
 * Counts failed authentications per /24 or /64 and second. Past the limit a failure is answered with 429 instead of
 * 401; a valid key is never held up by its neighbours.
 */
export class FailureThrottle {
  #second = 0;
  #counts = new Map<string, number>();

  /** True when this failure is one too many. */
  exceeded(address: string, nowMillis: number): boolean {
    const second = Math.floor(nowMillis / 1000);
    if (second !== this.#second || this.#counts.size > MAX_NETWORKS) {
      this.#second = second;
      this.#counts.clear();
    }
    const network = networkOf(address);
    const count = (this.#counts.get(network) ?? 0) + 1;
    this.#counts.set(network, count);
    return count > limits.failedAuthPerSecond;
  }
}

function networkOf(address: string): string {
  const mapped = address.startsWith('::ffff:') ? address.slice(7) : address;
  if (!isIPv6(mapped)) return mapped.slice(0, mapped.lastIndexOf('.'));
  const [head = '', tail] = mapped.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...(tail === undefined ? [] : zeros), ...rest].slice(0, 4).join(':');
}
