import { limits } from '../../../spec/limits.ts';
import { HOST } from '../framing.ts';

/** A head that is ordinary in every respect. */
export interface RequestHead {
  readonly target: string;
  /** Lower-case names and values in turn. */
  readonly headers: readonly string[];
  readonly contentLength: number;
}

const MOST_HEADERS = 100;
const NAME_LENGTH = 128;
/** No leading zeros; a body that is too large to be taken has more digits or is refused by its number. */
const LENGTH = /^(?:0|[1-9]\d{0,9})$/;
/** The whole head in one pass: every character of it is one that may stand there, and every line ends in CRLF. */
const ORDINARY = /^POST \/[!-~]* HTTP\/1\.1\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e]*\r\n)+$/;

/** Headers that change what a connection or a body is: with one of these the request is not ordinary. */
const extraordinary = new Set([
  'transfer-encoding',
  'te',
  'trailer',
  'expect',
  'upgrade',
  'http2-settings',
  'proxy-connection',
]);
/** Headers that are read by their meaning: more than one of a name is not ordinary. */
const single = new Set(['host', 'content-length', 'content-type', 'content-encoding', 'connection']);

/** Names as clients write them, so that most need no new string in lower case. */
const names = new Map<string, string>();
const MOST_NAMES = 500;

function lowerCase(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (names.size < MOST_NAMES && name.length <= NAME_LENGTH) names.set(name, lower);
  return lower;
}

/**
 * Reads the head of a request. Null for everything that is not perfectly ordinary, though HTTP may allow it: that is
 * left to Node's parser. What is read here, Node's parser would read the same way.
 *
 * @param text request line and header lines, each with its CRLF, without the empty line
 */
export function readHead(text: string): RequestHead | null {
  if (text.length > limits.headerBytes || !ORDINARY.test(text)) return null;
  const lineEnd = text.indexOf('\r\n');
  const target = text.slice(5, lineEnd - 9);
  const headers: string[] = [];
  let contentLength = -1;
  let seen = 0;
  let host = false;
  for (let at = lineEnd + 2; at < text.length; ) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const name = lowerCase(text.slice(at, colon));
    const value = text.slice(colon + 1, end).trim();
    at = end + 2;
    if (single.has(name)) {
      const bit = bitOf(name);
      if ((seen & bit) !== 0) return null;
      seen |= bit;
      if (name === 'host') {
        if (!HOST.test(value)) return null;
        host = true;
      } else if (name === 'content-length') {
        if (!LENGTH.test(value)) return null;
        contentLength = Number(value);
      } else if (name === 'connection' && value.toLowerCase() !== 'keep-alive') return null;
    } else if (extraordinary.has(name)) return null;
    headers.push(name, value);
  }
  if (!host || contentLength < 0 || contentLength > limits.bodyBytes) return null;
  if (headers.length > 2 * MOST_HEADERS) return null;
  return { target, headers, contentLength };
}

function bitOf(name: string): number {
  switch (name) {
    case 'host':
      return 1;
    case 'content-length':
      return 2;
    case 'content-type':
      return 4;
    case 'content-encoding':
      return 8;
    default:
      return 16;
  }
}
