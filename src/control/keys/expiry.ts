import { GatewayError } from '../../spec/gateway-error.ts';

const MILLIS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

interface WrittenExpiry {
  /** ISO time with offset. */
  readonly expires_at?: string | undefined;
  /** A whole number and `m`, `h`, `d` or `w`. */
  readonly expires_in?: string | undefined;
}

/** When a key ends, or null for never. Throws `invalid_value` when both forms are given or the moment has passed. */
export function expiryOf({ expires_at, expires_in }: WrittenExpiry, nowMillis: number): Date | null {
  if (expires_at !== undefined && expires_in !== undefined) {
    throw new GatewayError('invalid_value', {
      message: 'Give either "expires_at" or "expires_in".',
      param: 'expires_in',
    });
  }
  if (expires_in !== undefined) {
    return new Date(nowMillis + Number(expires_in.slice(0, -1)) * MILLIS[expires_in.at(-1)!]!);
  }
  if (expires_at === undefined) return null;
  const at = new Date(expires_at);
  if (at.getTime() > nowMillis) return at;
  throw new GatewayError('invalid_value', { message: '"expires_at": this time has passed.', param: 'expires_at' });
}
