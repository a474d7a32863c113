import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanBody } from '../../../src/gateway/body/scan-body.ts';
import { type Change, memberValue, rewriteBody, spliceBody } from '../../../src/gateway/body/splice.ts';

function rewritten(text: string, changes: readonly Change[]): string {
  const body = Buffer.from(text);
  return rewriteBody(body, scanBody(body), changes).toString();
}

describe('rewriting a body', () => {
  test('replaces a value and leaves every other byte', () => {
    expect(rewritten('{ "a" : 1.0 ,\n"model" : "x" , "b":[ ] } ', [{ name: 'model', value: '"gpt-5"' }])).toBe(
      '{ "a" : 1.0 ,\n"model" : "gpt-5" , "b":[ ] } ',
    );
  });

  test('replaces a member whose name is escaped', () => {
    expect(rewritten('{"mod\\u0065l":"x"}', [{ name: 'model', value: '"y"' }])).toBe('{"mod\\u0065l":"y"}');
  });

  test.each([
    ['{"a":1}', '{"a":1,"s":{}}'],
    ['{}', '{"s":{}}'],
    ['{ }', '{ "s":{}}'],
    ['{"a":1\n}', '{"a":1,"s":{}\n}'],
  ])('adds a member to %s', (text, expected) => {
    expect(rewritten(text, [{ name: 's', value: Buffer.from('{}') }])).toBe(expected);
  });

  test.each([
    ['{"a":1,"b":2,"c":3}', ['a'], '{"b":2,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['b'], '{"a":1,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['c'], '{"a":1,"b":2}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'b'], '{"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'c'], '{"b":2}'],
    ['{ "a":1 }', ['a'], '{  }'],
    ['{"a":1}', ['z'], '{"a":1}'],
  ])('removes from %s the members %j', (text, names, expected) => {
    expect(
      rewritten(
        text,
        names.map(name => ({ name, value: null })),
      ),
    ).toBe(expected);
  });

  test('moves a value under another name', () => {
    const body = Buffer.from('{"max_tokens":12,"model":"m"}');
    const scan = scanBody(body);
    const value = memberValue(body, scan.member('max_tokens')!);

    expect(
      rewriteBody(body, scan, [
        { name: 'max_tokens', value: null },
        { name: 'max_completion_tokens', value },
      ]).toString(),
    ).toBe('{"model":"m","max_completion_tokens":12}');
  });

  test('answers the same buffer when nothing changes', () => {
    const body = Buffer.from('{"a":1}');

    expect(rewriteBody(body, scanBody(body), [{ name: 'b', value: null }])).toBe(body);
  });

  test('says the same as changing the parsed object', () => {
    const names = fc.constantFrom('a', 'b', 'é', '"q"', 'n');
    const changes = fc.uniqueArray(fc.record({ name: names, value: fc.option(fc.json(), { nil: null }) }), {
      selector: change => change.name,
    });
    const object = fc.dictionary(names, fc.jsonValue());
    fc.assert(
      fc.property(object, changes, fc.constantFrom(undefined, 1, '\t'), (value, list, indent) => {
        const expected = new Map(Object.entries(value));
        for (const change of list) {
          if (change.value === null) expected.delete(change.name);
          else expected.set(change.name, JSON.parse(change.value));
        }
        const text = rewritten(JSON.stringify(value, null, indent), list);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(expected))));
        expect(scanBody(Buffer.from(text)).members).toHaveLength(expected.size);
      }),
      { numRuns: 300 },
    );
  });
});

describe('splicing a body', () => {
  const large = `{"a":"${'é'.repeat(20_000)}", "model" : "x","b":[1]}`;
  const changes: readonly (readonly Change[])[] = [
    [{ name: 'model', value: '"y"' }],
    [{ name: 'model', value: Buffer.from('"é"') }],
    [{ name: 'model', value: null }],
    [{ name: 'stream', value: 'true' }],
    [
      { name: 'model', value: '"y"' },
      { name: 'b', value: null },
      { name: 'c', value: '2' },
    ],
  ];

  test.each(changes)('says the same as rewriting, large and small: %j', (...list) => {
    for (const text of [large, '{"a":1, "model" : "x","b":[1]}']) {
      const body = Buffer.from(text);
      const spliced = spliceBody(body, scanBody(body), list);

      expect(Array.isArray(spliced)).toBe(text === large);
      expect(Buffer.concat([spliced].flat())).toEqual(rewriteBody(body, scanBody(body), list));
    }
  });

  test('copies nothing of a large body', () => {
    const body = Buffer.from(large);
    const spliced = spliceBody(body, scanBody(body), [{ name: 'model', value: '"y"' }]);

    expect([spliced].flat().filter(slice => slice.buffer === body.buffer)).toHaveLength(2);
  });

  test('answers the same buffer when nothing changes', () => {
    const body = Buffer.from(large);

    expect(spliceBody(body, scanBody(body), [])).toBe(body);
    expect(spliceBody(body, scanBody(body), [{ name: 'z', value: null }])).toBe(body);
  });
});
