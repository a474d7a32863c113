import { isIP } from 'node:net';
import { limits } from '../../spec/limits.ts';
import { isPublicAddress } from './public-address.ts';

/** Names that mean this machine or its network wherever they are asked. */
const LOCAL_NAME =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|localdomain|home\.arpa|in-addr\.arpa|ip6\.arpa)$/;

/**
 * The URL, when it may be fetched: https on port 443 of a name with a dot in it, or of a public address, without user
 * information. Null otherwise. What the name leads to is checked where the connection is made.
 */
export function publicUrl(text: string, base?: URL): URL | null {
  if (text.length > limits.mediaUrlLength) return null;
  const url = URL.parse(text, base?.href);
  if (url === null || url.protocol !== 'https:' || url.port !== '') return null;
  if (url.username !== '' || url.password !== '') return null;
  url.hash = '';
  return isPublicHost(url.hostname) ? url : null;
}

/** An address in the URL is never looked up, so it is checked here. The parser has made every notation of it plain. */
export function isPublicHost(host: string): boolean {
  const address = host.startsWith('[') ? host.slice(1, -1) : host;
  if (isIP(address) !== 0) return isPublicAddress(address);
  return host.includes('.') && !host.endsWith('.') && !LOCAL_NAME.test(host);
}
