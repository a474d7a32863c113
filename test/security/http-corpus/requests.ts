import { testKey } from '../../support/tollgate.ts';

export const otherKey = 'tg_otherteam0123456789abcdefghijklmnopqrstu';
export const wrongKey = 'tg_nobodys0123456789abcdefghijklmnopqrstuvw';

export const crlf = (...lines: readonly string[]): string => lines.map(line => `${line}\r\n`).join('');

/** A call whose answer says its content again. */
export const body = (content: string, more = ''): string =>
  `{"model":"box/m","messages":[{"role":"user","content":"${content}"}]${more}}`;

/** Without framing: what a case adds to it decides what it is. */
export const head = (key = testKey): readonly string[] => [
  'POST /v1/chat/completions HTTP/1.1',
  'Host: gateway',
  `Authorization: Bearer ${key}`,
  'Content-Type: application/json',
];

/** A request that nobody can object to. */
export const ordinary = (content: string, key = testKey, ...more: readonly string[]): string => {
  const json = body(content);
  return crlf(...head(key), `Content-Length: ${Buffer.byteLength(json)}`, ...more, '') + json;
};

/** Asks for a stream. */
export const streaming = (content: string): string => {
  const json = body(content, ',"stream":true');
  return crlf(...head(), `Content-Length: ${Buffer.byteLength(json)}`, '') + json;
};

export const chunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;

/** The same, in two chunks. */
export const chunked = (content: string, key = testKey): string => {
  const json = body(content);
  return `${crlf(...head(key), 'Transfer-Encoding: chunked', '')}${chunk(json.slice(0, 9))}${chunk(json.slice(9))}0\r\n\r\n`;
};

/** Ends a connection whose framing is still in step: nothing but its own answer may come. */
export const farewell = crlf('GET /healthz HTTP/1.1', 'Host: gateway', 'Connection: close', '');
