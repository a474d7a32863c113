import { isIPv4, isIPv6 } from 'node:net';
import { allowedV6, refusedV4, refusedV6 } from '../../spec/limits.ts';

/**
 * Addresses that anybody may be sent to. `net.BlockList` is not used: it does not see 64:ff9b::/96, 2002::/16,
 * ::a.b.c.d, `::` or zone ids.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !isWithin(numberOfV4(address), refusedRangesV4);
  // A zone id names an interface of this machine; addresses on the internet have none.
  if (!isIPv6(address) || address.includes('%')) return false;
  const number = numberOfV6(address);
  return isWithin(number, [allowedRangeV6]) && !isWithin(number, refusedRangesV6);
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

const refusedRangesV4 = refusedV4.map(range);
const allowedRangeV6 = range(allowedV6);
const refusedRangesV6 = refusedV6.map(range);
