import { isIPv4, isIPv6 } from 'node:net';

/**
 * Addresses that anybody may be sent to. `net.BlockList` is not used: it does not see 64:ff9b::/96, 2002::/16,
 * ::a.b.c.d, `::` or zone ids.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !isWithin(numberOfV4(address), refusedV4);
  // A zone id names an interface of this machine; addresses on the internet have none.
  if (!isIPv6(address) || address.includes('%')) return false;
  const number = numberOfV6(address);
  return isWithin(number, [allowedV6]) && !isWithin(number, refusedV6);
}

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

const isWithin = (number: bigint, ranges: readonly Range[]): boolean =>
  ranges.some(({ first, last }) => number >= first && number <= last);

function range(text: string): Range {
  const [address, length] = text.split('/') as [string, string];
  const four = isIPv4(address);
  const first = four ? numberOfV4(address) : numberOfV6(address);
  return { first, last: first + (1n << BigInt((four ? 32 : 128) - Number(length))) - 1n };
}

function numberOfV4(address: string): bigint {
  return address.split('.').reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

/** Of a valid address; the last 32 bits may be written as IPv4. */
function numberOfV6(address: string): bigint {
  const dotted = /[\d.]*$/.exec(address)![0];
  const hex = dotted.includes('.') ? address.slice(0, -dotted.length) + hexOf(numberOfV4(dotted)) : address;
  const [head, tail] = hex.split('::') as [string, string?];
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const between = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...between, ...after].reduce((number, group) => number * 65_536n + BigInt(`0x${group}`), 0n);
}

const hexOf = (number: bigint): string => `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

/** https://www.iana.org/assignments/iana-ipv4-special-registry */
const refusedV4 = [
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, metadata services
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/3', // multicast, reserved, broadcast
].map(range);

/** Global unicast. What is mapped (::ffff:0:0/96), translated (64:ff9b::/96) or local lies outside. */
const allowedV6 = range('2000::/3');

/** https://www.iana.org/assignments/iana-ipv6-special-registry */
const refusedV6 = [
  '2001::/23', // protocol assignments, among them Teredo
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which holds an IPv4 address
  '3fff::/20', // documentation
].map(range);
