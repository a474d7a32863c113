import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../spec/gateway-error.ts';

/** What a Host header may say: a name or an address, and a port. */
export const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * What Node's parser still lets through and we do not: several or malformed Host headers, a target that is not a plain
 * path (`GET http://other/…`), transfer codings other than chunked, chunked bodies in HTTP/1.0, and requests that call
 * themselves HTTP/0.9 or HTTP/2.0.
 */
export function checkFraming(request: IncomingMessage): void {
  if (request.httpVersionMajor !== 1) throw new GatewayError('invalid_framing', { param: 'HTTP version' });
  const raw = request.rawHeaders;
  let host: string | null = null;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (host !== null) throw new GatewayError('invalid_framing', { param: 'host' });
      host = raw[index + 1]!;
    }
  }
  if (host === null ? request.httpVersionMinor !== 0 : !HOST.test(host)) {
    throw new GatewayError('invalid_framing', { param: 'host' });
  }
  if (request.url?.charCodeAt(0) !== 47) throw new GatewayError('invalid_framing', { param: 'request target' });
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && (coding !== 'chunked' || request.httpVersionMinor === 0)) {
    throw new GatewayError('invalid_framing', { param: 'transfer-encoding' });
  }
}
