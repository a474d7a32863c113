import type { LookupAddress, LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

type LookupError = NodeJS.ErrnoException | null;

/** `dns.lookup`, asked for every address. */
export type LookupAll = (
  host: string,
  options: LookupAllOptions,
  callback: (error: LookupError, addresses: LookupAddress[]) => void,
) => void;

/**
 * The lookup of a connection, so that the address that is checked is the one connected to, however a name answers the
 * next time. One address that is not public spoils the answer: a name does not choose among ours and others.
 *
 * `reach` says where an address that passed leads to.
 */
export function publicLookup(lookup: LookupAll, reach: (address: LookupAddress) => LookupAddress): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      if (error !== null) return callback(error, '', 0);
      if (found.length === 0 || !found.every(({ address }) => isPublicAddress(address))) {
        return callback(new Error(`${host} does not lead to public addresses`), '', 0);
      }
      const reached = found.map(reach);
      if (options.all) return callback(null, reached);
      callback(null, reached[0]!.address, reached[0]!.family);
    });
  };
}
