import { testKey } from '../../support/tollgate.ts';
import { body, chunk, chunked, crlf, farewell, head, ordinary, otherKey, wrongKey } from './requests.ts';

/** Bytes that are odd but mean one thing only: every request in them is answered, and the framing stays in step. */
export interface AcceptedCase {
  readonly name: string;
  readonly bytes: string;
  readonly statuses: readonly number[];
  /** Contents of the calls that reach the provider, in order. */
  readonly executed: readonly string[];
  /** The gateway closes after the last answer, whatever follows. */
  readonly closes?: boolean;
}

const json = body('one');
const size = String(json.length);
const [requestLine = '', host = '', ...rest] = head();
const framed = (...framing: readonly string[]): string => crlf(...head(), ...framing, '');
const chunkedHead = framed('Transfer-Encoding: chunked');
const get = (target: string, ...more: readonly string[]): string => crlf(`GET ${target} HTTP/1.1`, host, ...more, '');

/** One call, said in another way. */
const spellings: readonly AcceptedCase[] = (
  [
    ['is ordinary', ordinary('one')],
    ['has names in other cases', crlf(requestLine, 'hOST: gateway', ...rest, `CONTENT-LENGTH: ${size}`, '') + json],
    ['has no space after its colons', crlf(requestLine, 'Host:gateway', ...rest, `Content-Length:${size}`, '') + json],
    ['has white space around its values', framed(`Content-Length: \t ${size} \t`) + json],
    ['has leading zeros in its length', framed(`Content-Length: 00${size}`) + json],
    ['has a port in its Host', crlf(requestLine, 'Host: gateway:4000', ...rest, `Content-Length: ${size}`, '') + json],
    ['has an IPv6 Host', crlf(requestLine, 'Host: [::1]:4000', ...rest, `Content-Length: ${size}`, '') + json],
    [
      'has two spaces after its method',
      crlf(requestLine.replace(' ', '  '), host, ...rest, `Content-Length: ${size}`, '') + json,
    ],
    ['has an empty line before it', `\r\n${ordinary('one')}`],
    ['asks to keep the connection', ordinary('one', testKey, 'Connection: keep-alive')],
    ['names an unknown connection option', ordinary('one', testKey, 'Connection: x-any')],
    ['asks for an upgrade', ordinary('one', testKey, 'Connection: Upgrade', 'Upgrade: websocket')],
    [
      'asks for HTTP/2',
      ordinary(
        'one',
        testKey,
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__',
      ),
    ],
    ['names its length as a connection option', ordinary('one', testKey, 'Connection: content-length, authorization')],
    ['says its key twice', ordinary('one', testKey, `X-Api-Key: ${testKey}`)],
    [
      'has a coding of other names',
      ordinary('one', testKey, 'X-Transfer-Encoding: chunked', 'Transfer_Encoding: chunked'),
    ],
    ['has a length of other names', ordinary('one', testKey, 'Content_Length: 5', 'X-Content-Length: 5')],
    ['has letters beyond ASCII in a value', ordinary('one', testKey, 'X-Any: gr\xfc\xdfe')],
    [
      'has a target with a query',
      framed(`Content-Length: ${size}`).replace(' HTTP', '?api-version=1&x=%20 HTTP') + json,
    ],
    ['is chunked', chunked('one')],
    ['is chunked in other letters', `${framed('Transfer-Encoding: \tchunked ')}${chunk(json)}0\r\n\r\n`],
    ['has one chunk a byte', `${chunkedHead}${[...json].map(chunk).join('')}0\r\n\r\n`],
    ['has zeros before its chunk size', `${chunkedHead}0000${chunk(json)}000\r\n\r\n`],
    [
      'has a chunk size in capitals',
      `${chunkedHead}${chunk(json).replace(/^[0-9a-f]+/, hex => hex.toUpperCase())}0\r\n\r\n`,
    ],
    ['has chunk extensions', `${chunkedHead}${chunk(json).replace('\r\n', ';a=b;c="d e"\r\n')}0;last\r\n\r\n`],
    ['has trailers', `${chunkedHead}${chunk(json)}0\r\nX-Any: 1\r\n\r\n`],
    [
      'has trailers that would change it',
      `${chunkedHead}${chunk(json)}0\r\n${crlf('Host: other', 'Content-Type: text/plain', `Authorization: Bearer ${wrongKey}`)}\r\n`,
    ],
    ['has a chunk that looks like the end', `${chunkedHead}${chunk(' '.repeat(5))}${chunk(json)}0\r\n\r\n`],
  ] as const
).map(([name, bytes]) => ({ name, bytes, statuses: [200], executed: ['one'] }));

const hiddenText = ordinary('smuggled').replaceAll('\r\n', '\\r\\n').replaceAll('"', '\\"');

/** Requests inside of requests stay what they are: text. */
const inside: readonly AcceptedCase[] = [
  {
    name: 'a call whose content is a request',
    bytes: ordinary(hiddenText),
    statuses: [200],
    executed: [JSON.parse(`"${hiddenText}"`) as string],
  },
  {
    name: 'a body that is a request',
    bytes: `${framed(`Content-Length: ${ordinary('smuggled').length}`)}${ordinary('smuggled')}`,
    statuses: [400],
    executed: [],
  },
  {
    name: 'a chunk that is a request',
    bytes: `${chunkedHead}${chunk(ordinary('smuggled'))}0\r\n\r\n`,
    statuses: [400],
    executed: [],
  },
  {
    name: 'a GET whose body is a request',
    bytes: get('/healthz', `Content-Length: ${ordinary('smuggled').length}`) + ordinary('smuggled'),
    statuses: [200],
    executed: [],
  },
  {
    name: 'a GET whose chunk is a request',
    bytes: `${get('/healthz', 'Transfer-Encoding: chunked')}${chunk(ordinary('smuggled'))}0\r\n\r\n`,
    statuses: [200],
    executed: [],
  },
  {
    name: 'a call nobody pays for whose body is a request',
    bytes: `${crlf(requestLine, host, `Content-Length: ${ordinary('smuggled').length}`, '')}${ordinary('smuggled')}`,
    statuses: [401],
    executed: [],
    closes: true,
  },
  {
    name: 'an unknown URL whose body is a request',
    bytes: `${crlf('POST /v1/unknown HTTP/1.1', host, `Content-Length: ${ordinary('smuggled').length}`, '')}${ordinary('smuggled')}`,
    statuses: [404],
    executed: [],
    closes: true,
  },
];

/** Several requests in one write are several requests, each with its own key and body, answered in order. */
const pipelined: readonly AcceptedCase[] = [
  { name: 'two calls', bytes: ordinary('one') + ordinary('two'), statuses: [200, 200], executed: ['one', 'two'] },
  {
    name: 'calls of two teams',
    bytes: ordinary('one') + ordinary('two', otherKey) + ordinary('three'),
    statuses: [200, 200, 200],
    executed: ['one', 'two', 'three'],
  },
  {
    name: 'a call behind a chunked one',
    bytes: chunked('one') + ordinary('two') + chunked('three'),
    statuses: [200, 200, 200],
    executed: ['one', 'two', 'three'],
  },
  {
    name: 'a call with a key that nobody has behind another',
    bytes: ordinary('one') + ordinary('two', wrongKey),
    statuses: [200, 401],
    executed: ['one'],
    closes: true,
  },
  {
    name: 'a call without a key behind another',
    bytes: ordinary('one') + crlf(requestLine, host, 'Content-Length: 0', ''),
    statuses: [200, 401],
    executed: ['one'],
  },
  {
    name: 'a call behind one with a key that nobody has',
    bytes: ordinary('one', wrongKey) + ordinary('two'),
    statuses: [401],
    executed: [],
    closes: true,
  },
  {
    name: 'other routes between calls',
    bytes: get('/healthz') + ordinary('one') + get('/healthz') + ordinary('two'),
    statuses: [200, 200, 200, 200],
    executed: ['one', 'two'],
  },
  {
    name: 'a call behind one that is no JSON',
    bytes: `${framed('Content-Length: 5')}hello${ordinary('two')}`,
    statuses: [400, 200],
    executed: ['two'],
  },
  {
    name: 'a call behind an empty body',
    bytes: framed('Content-Length: 0') + ordinary('two'),
    statuses: [400, 200],
    executed: ['two'],
  },
  {
    name: 'a call behind one without framing',
    bytes: framed() + ordinary('two'),
    statuses: [400, 200],
    executed: ['two'],
  },
  {
    name: 'a call behind one that asks for the end',
    bytes: ordinary('one', testKey, 'Connection: close') + ordinary('two'),
    statuses: [200],
    executed: ['one'],
    closes: true,
  },
  {
    name: 'a call behind one of HTTP/1.0',
    bytes: ordinary('one').replace('HTTP/1.1', 'HTTP/1.0') + ordinary('two'),
    statuses: [200],
    executed: ['one'],
    closes: true,
  },
  {
    name: 'ten calls',
    bytes: Array.from({ length: 10 }, (_, n) => ordinary(`n${n}`)).join(''),
    statuses: Array.from({ length: 10 }, () => 200),
    executed: Array.from({ length: 10 }, (_, n) => `n${n}`),
  },
];

const targets: readonly AcceptedCase[] = [
  '/v1/chat/completions/',
  '/v1//chat/completions',
  '//v1/chat/completions',
  '/v1/./chat/completions',
  '/v1/x/../chat/completions',
  '/../v1/chat/completions',
  '/V1/chat/completions',
  '/v1/chat/completions;x=1',
  '/v1/chat/completions%00',
  '/v1/chat/completions%0d%0aX-Any:1',
  '/v1/chat%2fcompletions',
  '/v1/chat/completions\\',
  '/http://gateway/v1/chat/completions',
  '/v1/chat/completions%',
].map(target => ({
  name: `the target ${target}`,
  bytes: crlf(`POST ${target} HTTP/1.1`, host, ...rest, `Content-Length: ${size}`, '') + json,
  statuses: [404],
  executed: [],
  closes: true,
}));

const others: readonly AcceptedCase[] = [
  {
    name: 'an expectation of 100-continue',
    bytes: ordinary('one', testKey, 'Expect: 100-continue'),
    statuses: [100, 200],
    executed: ['one'],
  },
  {
    name: 'an unknown expectation',
    bytes: ordinary('one', testKey, 'Expect: 200-ok') + ordinary('two'),
    statuses: [417, 200],
    executed: ['two'],
  },
  { name: 'the end, asked for', bytes: farewell, statuses: [200], executed: [], closes: true },
];

export const accepted: readonly AcceptedCase[] = [...spellings, ...inside, ...pipelined, ...targets, ...others];
