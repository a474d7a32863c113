import { testKey } from '../../support/tollgate.ts';
import { body, chunk, crlf, head, ordinary } from './requests.ts';

/** Bytes that are refused with one answer and a closed connection, whatever stands behind them. */
export interface RefusedCase {
  readonly name: string;
  readonly bytes: string;
  /** 400 unless it says otherwise. */
  readonly status?: number;
}

const json = body('front');
const size = String(json.length);
/** What an attacker wants to have executed. */
const hidden = ordinary('smuggled');

const framed = (...framing: readonly string[]): string => crlf(...head(), ...framing, '');
const chunkedHead = framed('Transfer-Encoding: chunked');
const [requestLine = '', host = '', ...rest] = head();

type Pair = readonly [name: string, value: string];

/** Cases that differ in one place. */
const cases = (name: (of: string) => string, bytes: (value: string) => string, pairs: readonly Pair[]): RefusedCase[] =>
  pairs.map(([of, value]) => ({ name: name(of), bytes: bytes(value) }));
const asNamed = (name: string): string => name;
const asIs = (bytes: string): string => bytes;

const codings = cases(
  name => `the transfer coding with ${name}`,
  value => `${framed(`Transfer-Encoding: ${value}`)}0\r\n\r\n`,
  [
    ['gzip', 'gzip'],
    ['gzip, chunked', 'gzip, chunked'],
    ['chunked, identity', 'chunked, identity'],
    ['chunked twice', 'chunked, chunked'],
    ['identity', 'identity'],
    ['xchunked', 'xchunked'],
    ['chunkedx', 'chunkedx'],
    ['a quoted name', '"chunked"'],
    ['a parameter', 'chunked;q=1'],
    ['a vertical tab before', '\x0bchunked'],
    ['a vertical tab after', 'chunked\x0b'],
    ['a form feed before', '\x0cchunked'],
    ['a null byte after', 'chunked\0'],
    ['a comma before', ',chunked'],
    ['a comma after', 'chunked,'],
    ['nothing', ''],
    ['a folded line', '\r\n chunked'],
  ],
);

const both = cases(asNamed, bytes => `${bytes}0\r\n\r\n`, [
  ['length and coding', framed(`Content-Length: ${size}`, 'Transfer-Encoding: chunked')],
  ['coding and length', framed('Transfer-Encoding: chunked', `Content-Length: ${size}`)],
  ['length and an odd coding', framed(`Content-Length: ${size}`, 'Transfer-Encoding: xchunked')],
  ['length and a coding in two cases', framed(`content-length: ${size}`, 'tRANSFER-eNCODING: cHUNKED')],
  ['length and a coding with space before its colon', framed(`Content-Length: ${size}`, 'Transfer-Encoding : chunked')],
  ['length and a coding behind a fold', framed('X-Any: 1', ' Transfer-Encoding: chunked', `Content-Length: ${size}`)],
  ['two codings', framed('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
  ['two codings that differ', framed('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')],
]);

const lengths = cases(
  name => `a content length ${name}`,
  value => framed(`Content-Length: ${value}`) + json,
  [
    ['twice the same', `${size}\r\nContent-Length: ${size}`],
    ['twice, differing', `${size}\r\nContent-Length: 0`],
    ['in a list', `${size}, ${size}`],
    ['with a plus', `+${size}`],
    ['with a minus', `-${size}`],
    ['of minus zero', '-0'],
    ['in hex', '0x5'],
    ['with a space inside', '1 0'],
    ['with a letter', '5a'],
    ['with a fraction', '5.0'],
    ['with an exponent', '1e1'],
    ['with an underscore', '1_0'],
    ['of nothing', ''],
    ['in quotes', '"5"'],
    ['beyond 64 bits', '18446744073709551621'],
    ['beyond all bounds', '9'.repeat(300)],
    ['with a vertical tab', '\x0b5'],
    ['with a null byte', '5\0'],
    ['folded', `\r\n ${size}`],
    ['in other digits', '\xd9\xa5'],
  ],
);

const lines = cases(asNamed, asIs, [
  ['a request line that ends in LF', `${requestLine}\n${crlf(host, ...rest, `Content-Length: ${size}`, '')}${json}`],
  ['a header line that ends in LF', `${crlf(requestLine)}${host}\n${crlf(...rest, `Content-Length: ${size}`, '')}`],
  ['a head that ends in LF', `${crlf(...head(), `Content-Length: ${size}`)}\n${json}`],
  ['a header line that ends in CR', `${crlf(requestLine)}${host}\r${crlf(...rest, `Content-Length: ${size}`, '')}`],
  ['a CR inside a value', framed('X-Any: a\rb', `Content-Length: ${size}`)],
  ['a LF inside a value', framed('X-Any: a\nContent-Length: 0', `Content-Length: ${size}`)],
  ['CR CR LF', `${crlf(...head(), `Content-Length: ${size}`)}\r\r\n${json}`],
  ['a null byte in a name', framed('X-A\0ny: 1', `Content-Length: ${size}`)],
  ['a null byte in a value', framed('X-Any: a\0b', `Content-Length: ${size}`)],
  ['a control character in a value', framed('X-Any: a\x01b', `Content-Length: ${size}`)],
  ['DEL in a value', framed('X-Any: a\x7fb', `Content-Length: ${size}`)],
  ['a space before a colon', framed(`Content-Length : ${size}`)],
  ['a tab before a colon', framed(`Content-Length\t: ${size}`)],
  ['a space inside a name', framed('X Any: 1', `Content-Length: ${size}`)],
  ['a name with a bracket', framed('X(Any): 1', `Content-Length: ${size}`)],
  ['an empty name', framed(': 1', `Content-Length: ${size}`)],
  ['a line without colon', framed('X-Any', `Content-Length: ${size}`)],
  [
    'a space before the first header',
    `${crlf(requestLine, ` ${host}`, ...rest, `Content-Length: ${size}`, '')}${json}`,
  ],
  ['a folded header', framed('X-Any: a', ' b', `Content-Length: ${size}`)],
  ['a header folded by a tab', framed('X-Any: a', '\tb', `Content-Length: ${size}`)],
]);

const requestLines = cases(
  name => `a request line with ${name}`,
  line => crlf(line, host, ...rest, `Content-Length: ${size}`, '') + json,
  [
    ['a target and no version', 'POST /v1/chat/completions'],
    ['a tab after the method', 'POST\t/v1/chat/completions HTTP/1.1'],
    ['a tab before the version', 'POST /v1/chat/completions\tHTTP/1.1'],
    ['a space before the method', ' POST /v1/chat/completions HTTP/1.1'],
    ['a space after the version', 'POST /v1/chat/completions HTTP/1.1 '],
    ['a space inside the target', 'POST /v1/chat/completions x HTTP/1.1'],
    ['two versions', 'POST /v1/chat/completions HTTP/1.1 HTTP/1.1'],
    ['a lower-case method', 'post /v1/chat/completions HTTP/1.1'],
    ['an unknown method', 'SMUGGLE /v1/chat/completions HTTP/1.1'],
    ['a method with a suffix', 'POSTX /v1/chat/completions HTTP/1.1'],
    ['HTTP/1.2', 'POST /v1/chat/completions HTTP/1.2'],
    ['HTTP/1.10', 'POST /v1/chat/completions HTTP/1.10'],
    ['HTTP/2.0', 'POST /v1/chat/completions HTTP/2.0'],
    ['HTTP/3.0', 'POST /v1/chat/completions HTTP/3.0'],
    ['HTTP/0.9', 'POST /v1/chat/completions HTTP/0.9'],
    ['a lower-case protocol', 'POST /v1/chat/completions http/1.1'],
    ['an absolute target', 'POST http://gateway/v1/chat/completions HTTP/1.1'],
    ['an authority target', 'POST gateway:80 HTTP/1.1'],
    ['an asterisk target', 'POST * HTTP/1.1'],
    ['an empty target', 'POST  HTTP/1.1'],
    ['a null byte in the target', 'POST /v1/chat\0/completions HTTP/1.1'],
    ['a character beyond ASCII in the target', 'POST /v1/chat/completions\xe9 HTTP/1.1'],
  ],
);

const hosts: readonly RefusedCase[] = (
  [
    ['no Host', []],
    ['two Hosts that differ', [host, 'Host: other']],
    ['two Hosts that are the same', [host, host]],
    ['an empty Host', ['Host:']],
    ['a Host with a path', ['Host: gateway/x']],
    ['a Host with a query', ['Host: gateway?x=']],
    ['a Host with a user', ['Host: a@gateway']],
    ['a Host with a list', ['Host: gateway, other']],
    ['a Host with a space', ['Host: gate way']],
    ['a Host with a name for its port', ['Host: gateway:http']],
  ] as const
).map(([name, given]) => ({ name, bytes: crlf(requestLine, ...given, ...rest, `Content-Length: ${size}`, '') + json }));

const whole = `${json.length.toString(16)}`;
const chunks = cases(
  name => `a chunk size with ${name}`,
  bytes => chunkedHead + bytes,
  [
    ['a plus', `+${whole}\r\n${json}\r\n0\r\n\r\n`],
    ['a minus', `-${whole}\r\n${json}\r\n0\r\n\r\n`],
    ['a hex mark', `0x${whole}\r\n${json}\r\n0\r\n\r\n`],
    ['a letter that is no digit', `g\r\n${json}\r\n0\r\n\r\n`],
    ['nothing', `\r\n${json}\r\n0\r\n\r\n`],
    ['a space before it', ` ${whole}\r\n${json}\r\n0\r\n\r\n`],
    ['a quote', `"${whole}"\r\n${json}\r\n0\r\n\r\n`],
    ['more than 64 bits', `1000000000000000${whole}\r\n${json}\r\n0\r\n\r\n`],
    ['a line that ends in LF', `${whole}\n${json}\r\n0\r\n\r\n`],
    ['a line that ends in CR', `${whole}\r${json}\r\n0\r\n\r\n`],
    ['an underscore', `${whole}_0\r\n${json}\r\n0\r\n\r\n`],
    ['a null byte', `${whole}\0\r\n${json}\r\n0\r\n\r\n`],
    ['a LF inside its extension', `${whole};a\nb\r\n${json}\r\n0\r\n\r\n`],
  ],
);

const chunkBodies = cases(asNamed, asIs, [
  ['a chunk without its line end', `${chunkedHead}${whole}\r\n${json}0\r\n\r\n`],
  ['a chunk that is longer than it says', `${chunkedHead}5\r\n${json}\r\n0\r\n\r\n`],
  ['a chunk that ends in LF', `${chunkedHead}${whole}\r\n${json}\n0\r\n\r\n`],
  ['a trailer with a length', `${chunkedHead}${chunk(json)}0\r\nContent-Length: 5\r\n\r\n`],
  ['a trailer with a coding', `${chunkedHead}${chunk(json)}0\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['a trailer without colon', `${chunkedHead}${chunk(json)}0\r\nX-Any\r\n\r\n`],
  ['a trailer with a space before its colon', `${chunkedHead}${chunk(json)}0\r\nX-Any : 1\r\n\r\n`],
  [
    'chunks in HTTP/1.0',
    `${crlf('POST /v1/chat/completions HTTP/1.0', host, ...rest, 'Transfer-Encoding: chunked', '')}${chunk(json)}0\r\n\r\n`,
  ],
]);

const others: readonly RefusedCase[] = [
  { name: 'the preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
  { name: 'a request of HTTP/0.9', bytes: 'GET /v1/models\r\n' },
  { name: 'a TLS hello', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
  { name: 'an answer', bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n' },
  {
    name: 'a head of more than 16 KiB',
    bytes: framed(`X-Any: ${'a'.repeat(17_000)}`, `Content-Length: ${size}`) + json,
  },
  {
    name: 'many headers that are more than 16 KiB',
    bytes: framed(...Array.from({ length: 3_000 }, (_, n) => `X-${n}: 1`)),
  },
  {
    name: 'a target of more than 16 KiB',
    bytes: crlf(`POST /${'a'.repeat(17_000)} HTTP/1.1`, host, ...rest, `Content-Length: ${size}`, ''),
  },
  {
    name: 'a body that is announced as too large',
    bytes: framed('Content-Length: 40000000') + json,
    status: 413,
  },
  {
    name: 'a key that nobody has, its body still to come',
    bytes: crlf(requestLine, host, 'Authorization: Bearer tg_nobodys0123456789abcdefghij', 'Content-Length: 900', ''),
    status: 401,
  },
  {
    name: 'two keys that differ',
    bytes: crlf(
      requestLine,
      host,
      `Authorization: Bearer ${testKey}`,
      'X-Api-Key: tg_other0123456789abcdefgh',
      'Content-Length: 900',
      '',
    ),
  },
];

/** Every case, with a whole request behind it that must never be executed. */
export const refused: readonly RefusedCase[] = [
  ...codings,
  ...both,
  ...lengths,
  ...lines,
  ...requestLines,
  ...hosts,
  ...chunks,
  ...chunkBodies,
  ...others,
].map(each => ({ ...each, bytes: each.bytes + hidden }));
