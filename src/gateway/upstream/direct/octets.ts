/** Octets and their classes as HTTP/1.1 names them (RFC 9110 section 5, RFC 9112). */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;

const table = (of: (octet: number) => number): Int8Array => Int8Array.from({ length: 256 }, (_, octet) => of(octet));

/** 1 where the octet may stand in a name. */
export const isToken = table(octet => (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(octet)) ? 1 : 0));

/** 1 where the octet may stand in a value, a reason or an extension: no control but the tab. */
export const isText = table(octet => (octet === TAB || (octet >= SPACE && octet !== 0x7f) ? 1 : 0));

/** The value of a hexadecimal digit, else -1. */
export const hexDigit = table(octet => {
  const digit = Number.parseInt(String.fromCharCode(octet), 16);
  return Number.isNaN(digit) ? -1 : digit;
});
