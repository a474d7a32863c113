import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';

/** Throws unless the request carries the admin key as its one bearer credential. */
export function authenticate(request: IncomingMessage, verify: (presented: string) => boolean): void {
  const presented = /^bearer +([\x21-\x7e]+)$/i.exec(onlyCredential(request.rawHeaders) ?? '')?.[1];
  if (presented === undefined || presented.length > limits.keyMaxLength || !verify(presented)) {
    throw new GatewayError('admin_key_invalid', { param: 'authorization' });
  }
}

/** For answers that everybody gets, and the holder of the admin key in more detail. */
export function isAdmin(request: IncomingMessage, verify: (presented: string) => boolean): boolean {
  try {
    authenticate(request, verify);
    return true;
  } catch (error) {
    if (error instanceof GatewayError) return false;
    throw error;
  }
}

/** Node keeps the first of several `authorization` headers; which one was meant is not for us to guess. */
function onlyCredential(rawHeaders: readonly string[]): string | undefined {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'authorization',
  );
  if (new Set(values).size > 1) throw new GatewayError('credential_ambiguous', { param: 'authorization' });
  return values[0];
}
