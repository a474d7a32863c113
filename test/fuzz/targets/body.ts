import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scanBody, scanReply } from '../../../src/gateway/body/scan-body.ts';
import { rewriteBody, spliceBody } from '../../../src/gateway/body/splice.ts';
import { corpus } from '../corpus/bodies.ts';
import { refusedOr } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

/** Codes by which we refuse what JSON.parse takes, and nothing else. */
const stricter = new Set(['duplicate_member', 'json_too_deep', 'json_too_complex', 'invalid_type']);

const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('model', 'a"\\b', '\u2028', '😀', 'x'.repeat(70)));

/** JSON objects of any kind. */
export const jsonObject: fc.Arbitrary<Buffer> = fc
  .tuple(fc.dictionary(word, fc.oneof(fc.jsonValue(), word)), fc.constantFrom(undefined, 2, '\t', '\r\n'))
  .map(([value, indent]) => Buffer.from(JSON.stringify(value, null, indent)));

function parsed(body: Buffer): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)) };
  } catch {
    return null;
  }
}

/** The scanner takes what JSON.parse takes, but for the limits that are ours, and finds the same members. */
export function agreesWithJson(body: Buffer): void {
  const expected = parsed(body);
  const scanned = refusedOr(() => scanBody(body));
  if ('refusal' in scanned) {
    const { code, message } = scanned.refusal;
    if (code === 'invalid_json' && !/too long/.test(message)) assert.equal(expected, null, message);
    else assert(code === 'invalid_json' || stricter.has(code), code);
    return;
  }
  assert.notEqual(expected, null, 'taken, though it is no JSON');
  const scan = scanned.value;
  const members = Object.fromEntries(scan.members.map(member => [member.name, scan.parse(member)]));
  assert.deepEqual(members, expected!.value);
  changesOnlyOne(body, members);
}

/** A member that is put in or taken out leaves the others as they were. */
function changesOnlyOne(body: Buffer, members: Readonly<Record<string, unknown>>): void {
  const scan = scanBody(body);
  const { model: _model, ...others } = members;
  for (const value of ['"another"', null]) {
    const change = [{ name: 'model', value }];
    const whole = rewriteBody(body, scan, change);
    const pieces = spliceBody(body, scan, change);
    assert(whole.equals(Buffer.isBuffer(pieces) ? pieces : Buffer.concat(pieces)), 'written whole or in pieces');
    assert.deepEqual(JSON.parse(whole.toString()), value === null ? others : { ...members, model: 'another' });
  }
}

export const target: FuzzTarget = {
  name: 'body',
  run: body => {
    agreesWithJson(body);
    refusedOr(() => scanReply(body));
  },
  seeds: () => corpus,
  words: [
    ...'"\\{}[],:0-e. \n\t',
    ...['null', 'true', 'false', '\\u', '\\ud800', '\\u0000', '\u0000', '\ufeff', '\u2028', '1e400', '-0', '{"a":'],
    ...['"model":"m"', ',"model":"x"', '"Model"', '"mod\\u0065l"', '"__proto__":', '"constructor":', '[[[[[[[[', '{}'],
  ],
  generator: jsonObject,
};
