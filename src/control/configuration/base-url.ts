import { BlockList, isIP } from 'node:net';

export interface BaseUrl {
  /** `https://host:port`, without the port where it is the scheme's own. */
  readonly origin: string;
  /** Without a trailing slash; may be empty. */
  readonly basePath: string;
}

/** Names that are only given out inside a network, as the last part of a host name. */
const PRIVATE_ENDINGS = ['.localhost', '.local', '.internal', '.lan', '.home.arpa'];

const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv4');
}
privateAddresses.addAddress('::1', 'ipv6');
privateAddresses.addSubnet('fc00::', 7, 'ipv6');
privateAddresses.addSubnet('fe80::', 10, 'ipv6');

/** Splits a base URL. Throws a RangeError whose message says what was expected. */
export function parseBaseUrl(text: string, allowInsecure: boolean): BaseUrl {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new RangeError('expected a URL that begins with https:// or http://');
  }
  if (url.username !== '' || url.password !== '')
    throw new RangeError('expected a URL without credentials; they go into keys');
  if (text.includes('?') || text.includes('#')) throw new RangeError('expected a URL without ? and #');
  if (url.protocol === 'http:' && !allowInsecure && !isPrivateHost(url.hostname)) {
    throw new RangeError('expected https: over http anyone on the way reads the key; allow_insecure: true permits it');
  }
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}

/** An address or name that does not lead into the public network. A name without a dot is a private one. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const family = isIP(host);
  if (family !== 0) return privateAddresses.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return !host.includes('.') || PRIVATE_ENDINGS.some(ending => host.endsWith(ending));
}

export function isLoopback(baseUrl: string): boolean {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
