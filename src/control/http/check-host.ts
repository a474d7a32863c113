import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { GatewayError } from '../../spec/gateway-error.ts';

const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
const LOCAL: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/**
 * Refuses requests that a web page may have made: a name that is not ours (DNS rebinding) is 421, another site's
 * `Origin` is 403. Answers without CORS headers, so that a page can neither ask first nor read the answer.
 */
export function hostCheck(adminHost: string, allowedHosts: readonly string[]): (request: IncomingMessage) => void {
  const allowed = new Set([...LOCAL, adminHost.toLowerCase(), ...allowedHosts]);
  return request => {
    checkTarget(request);
    const host = onlyHost(request);
    const name = HOST.exec(host)?.[1]?.replace(/^\[|\]$/g, '');
    if (name === undefined || !(allowed.has(name) || isConnectedAddress(name, request))) {
      throw new GatewayError('misdirected_host', { param: 'host' });
    }
    checkOrigin(request.headers.origin, host);
  };
}

/** `GET http://other/…` and transfer codings other than chunked pass Node's parser; no client of ours sends them. */
function checkTarget(request: IncomingMessage): void {
  if (!request.url?.startsWith('/')) throw new GatewayError('invalid_framing', { param: 'request target' });
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && (coding !== 'chunked' || request.httpVersionMinor === 0)) {
    throw new GatewayError('invalid_framing', { param: 'transfer-encoding' });
  }
}

/** Node keeps the first of several Host headers, a proxy in front may have read the last. */
function onlyHost(request: IncomingMessage): string {
  const names = request.rawHeaders.filter((_, index) => index % 2 === 0);
  if (names.filter(name => name.toLowerCase() === 'host').length > 1) {
    throw new GatewayError('invalid_framing', { param: 'host' });
  }
  return request.headers.host?.toLowerCase() ?? '';
}

/** An address cannot be rebound: whoever names the one that the connection came in on means this server. */
function isConnectedAddress(name: string, request: IncomingMessage): boolean {
  return isIP(name) !== 0 && name === request.socket.localAddress?.replace(/^::ffff:/, '');
}

function checkOrigin(origin: string | undefined, host: string): void {
  if (origin === undefined) return;
  const from = URL.parse(origin);
  const own = from && URL.parse(`${from.protocol}//${host}`);
  if (!own || !/^https?:$/.test(own.protocol) || from.host !== own.host) {
    throw new GatewayError('forbidden', { message: 'Requests from other sites are refused.', param: 'origin' });
  }
}
