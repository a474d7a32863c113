import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonScanner } from '../../src/gateway/body/json-scanner.ts';
import { scanReply } from '../../src/gateway/body/scan-body.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { corpus } from './corpus/bodies.ts';
import { agreesWithJson, jsonObject } from './targets/body.ts';

const numRuns = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 2_000);

/** JSON with some bytes changed, doubled or taken out. */
const mutated = fc
  .tuple(
    fc.oneof(jsonObject, fc.constantFrom(...corpus)),
    fc.array(
      fc.record({
        at: fc.nat(),
        remove: fc.nat(3),
        put: fc.oneof(
          fc.constantFrom(
            ...[
              '"',
              '\\',
              '{',
              '}',
              '[',
              ']',
              ',',
              ':',
              '0',
              '-',
              'e',
              '.',
              ' ',
              '\n',
              'null',
              '\\u',
              '\u0000',
              '\ufeff',
            ],
          ),
          fc.string({ maxLength: 3 }),
        ),
      }),
      { maxLength: 4 },
    ),
  )
  .map(([body, edits]) =>
    edits.reduce((bytes, { at, remove, put }) => {
      const place = at % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + remove)]);
    }, body),
  );

describe('the body scanner agrees with JSON.parse', () => {
  test('on any object', () => {
    fc.assert(fc.property(jsonObject, agreesWithJson), { numRuns });
  });

  test('on damaged objects', () => {
    fc.assert(fc.property(mutated, agreesWithJson), { numRuns });
  });

  test('on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => agreesWithJson(Buffer.from(bytes))),
      { numRuns },
    );
  });

  test('also as a reply, where only GatewayError is thrown', () => {
    fc.assert(
      fc.property(mutated, body => {
        try {
          scanReply(body);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
        }
      }),
      { numRuns },
    );
  });
});

describe('the work of the body scanner grows with the size of the body alone', () => {
  const shapes: readonly (readonly [string, (size: number) => string])[] = [
    ['backslashes', size => `{"a":"${'\\\\'.repeat(size)}"}`],
    ['escaped quotes', size => `{"a":"${'\\"'.repeat(size)}"}`],
    ['short strings', size => `{"a":[${'"x",'.repeat(size)}1]}`],
    ['an unfinished string', size => `{"a":"${'x'.repeat(size)}`],
    ['an unfinished escape', size => `{"a":"${'\\\\'.repeat(size)}\\`],
    ['white space', size => `{"a":${' '.repeat(size)}1}`],
    ['names', size => `{"a":{${'"b":1,'.repeat(size)}"b":1}}`],
    ['brackets', size => `{"a":[${'[],'.repeat(size)}1]}`],
  ];

  /** How many single bytes are read; the words of long strings are read in growing order beside them. */
  function reads(text: string): number {
    let count = 0;
    const bytes = Buffer.from(text);
    const counting = new Proxy(bytes, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) count++;
        return Reflect.get(target, key, target);
      },
    });
    try {
      const limits = { depth: 128, structure: Number.POSITIVE_INFINITY };
      new JsonScanner(counting, limits, { open: () => undefined, close: () => undefined }).value(0);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
    }
    return count;
  }

  test.each(shapes)('for %s', (_, shape) => {
    const small = reads(shape(500));
    const large = reads(shape(5_000));

    expect(large).toBeLessThan(11 * small + 100);
    expect(large).toBeLessThan(8 * shape(5_000).length);
  });
});
