import type { ConfiguredProvider } from '../../spec/snapshot.ts';
import { isPublicHost } from './public-url.ts';

const known = new WeakMap<ConfiguredProvider, boolean>();

/**
 * A model server of one's own, in one's own network: an address that a caller wrote must not be fetched from in there.
 * A vendor's adapter with a private base URL is not one: that is a relay, and it is the vendor who fetches.
 */
export function isOwnServer(provider: ConfiguredProvider): boolean {
  let own = known.get(provider);
  if (own === undefined) {
    const { adapter, origin } = provider;
    const usual = adapter?.baseUrl;
    own = adapter?.local === undefined && !leadsOut(origin) && (usual === undefined || !leadsOut(usual));
    known.set(provider, own);
  }
  return own;
}

function leadsOut(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && isPublicHost(url.hostname);
}

/** It runs on this machine, so that a name that nobody knows here is not known there either. */
export function isOnThisMachine({ origin }: ConfiguredProvider): boolean {
  const host = URL.parse(origin)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
