import { crlf, farewell, head } from '../security/http-corpus/requests.ts';
import { type RawAnswer, rawExchange } from './raw-exchange.ts';
import { testKey } from './tollgate.ts';

/** The answer to these bytes, on a connection that is ended by asking for its end, so that nothing else is said. */
export async function firstAnswer(port: number, bytes: string): Promise<RawAnswer> {
  const [answer] = await rawExchange(port, [bytes], { answers: 1, last: farewell });
  if (answer === undefined) throw new Error('the connection was closed without an answer');
  return answer;
}

/** A call with these headers in the place of the usual key. */
export function callWith(headers: readonly string[], body: object, target = '/v1/chat/completions'): string {
  // In latin1, as it is written: one character a byte.
  const json = Buffer.from(JSON.stringify(body)).toString('latin1');
  const [, ...usual] = head();
  const rest = usual.filter(line => !line.startsWith('Authorization'));
  return `${crlf(`POST ${target} HTTP/1.1`, ...rest, ...headers, `Content-Length: ${json.length}`, '')}${json}`;
}

export const bearer = (key: string = testKey): string => `Authorization: Bearer ${key}`;

const VARYING = new Set(['date', 'x-request-id', 'x-tollgate-overhead-ms']);

/** Everything of an answer, byte for byte, but for what differs for every request. */
export function shapeOf({ status, headers, body }: RawAnswer): string {
  const lines = Object.entries(headers).map(([name, value]) => (VARYING.has(name) ? name : `${name}: ${value}`));
  return [status, ...lines, '', body].join('\n');
}
