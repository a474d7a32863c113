import type { Seeded } from '../support/seeded.ts';
import type { Fields } from './generated-requests.ts';
import { spellJson } from './spell-json.ts';

/** How a provider's stream ends: with its mark, without it, with an error, or somewhere. */
export type StreamEnd = 'mark' | 'no mark' | 'error' | 'cut';

/** The chunks as the bytes of an event stream, in one of the many spellings that the format allows. */
export function spellStream(chunks: readonly Fields[], end: StreamEnd, random: Seeded): Buffer {
  const lineEnd = random.pick(['\n', '\n', '\r\n', '\r']);
  const colon = random.pick(['data: ', 'data:']);
  const odd = random.chance(0.5);
  const events = chunks.flatMap(chunk => [...(odd ? asides(random) : []), event(chunk, colon, odd, random)]);
  if (end === 'mark') events.push(`${colon}[DONE]`);
  if (end === 'error') events.push(`${colon}{"error":{"message":"Overloaded","type":"server_error","code":null}}`);
  const whole = events.map(lines => `${lines.replaceAll('\n', lineEnd)}${lineEnd}${lineEnd}`).join('');
  return Buffer.from((random.chance(0.1) ? '\ufeff' : '') + whole);
}

const asides = (random: Seeded): string[] =>
  random.chance(0.3) ? [random.pick([': ping', ':', 'retry: 3', 'id: 7', 'event: message', 'unknown: x'])] : [];

/** Data on one line, or on several where the JSON has line ends of its own. */
function event(chunk: Fields, colon: string, odd: boolean, random: Seeded): string {
  if (!odd) return colon + JSON.stringify(chunk);
  const json = spellJson(chunk, random, { names: false }).replaceAll(/\r\n?/g, '\n');
  const lines = json.trim().split('\n');
  const more = random.chance(0.1) ? 'id: 1\n' : '';
  return more + lines.map(line => colon + line).join('\n');
}
