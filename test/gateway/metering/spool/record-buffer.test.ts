import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordBuffer } from '../../../../src/gateway/metering/spool/record-buffer.ts';
import { type UsageEvent, usageDefaults } from '../../../../src/spec/usage-event.ts';
import { usageEvent } from '../../../store/ledger/usage-event.ts';

const numbers = [0, 1, 9, 10, 99, 100, 999, 1000, 1_234_567, 10_000_000, 99_999_999, 2 ** 31, 2 ** 53, -1, 0.5];
const costs = [null, '0', '0.00002', '12.000000000000000001', '-0.1', '123456789012.123456789012345678'];

/** Every member changed to something of its kind; half of the time from a small set, so that remembering is tried. */
const event = fc.record(
  Object.fromEntries(
    Object.entries(usageEvent()).map(([name, value]) => {
      if (name === 'id' || name === 'call_id') return [name, fc.uuid()];
      if (name === 'outcome') return [name, fc.constantFrom('finished', 'failed', 'aborted', 'unknown', 'correction')];
      if (name === 'cost_usd') return [name, fc.constantFrom(...costs)];
      if (name === 'tags') return [name, fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 })];
      if (name === 'first_token_millis') return [name, fc.constantFrom(null, ...numbers)];
      if (typeof value === 'number')
        return [name, fc.oneof({ weight: 9, arbitrary: fc.nat(999) }, fc.constantFrom(...numbers))];
      if (typeof value === 'boolean') return [name, fc.boolean()];
      return [name, fc.oneof(fc.constantFrom('', 'a', 'b'), fc.string({ unit: 'grapheme' }))];
    }),
  ),
) as unknown as fc.Arbitrary<UsageEvent>;

/** The text of a single record's event, after a look at everything around it. */
function written(given: UsageEvent, buffer = new RecordBuffer()): string {
  const start = buffer.length;
  const end = buffer.add('F', given);
  const line = buffer.bytes.toString('utf8', start, end);
  const [, sum, rest] = /^([0-9a-f]{8}) (F [^\n]*)\n$/.exec(line) ?? [];
  expect(crc32(rest!)).toBe(Number.parseInt(sum!, 16));
  return rest!.slice(2);
}

const read = (text: string): UsageEvent => ({ ...usageDefaults, ...(JSON.parse(text) as UsageEvent) });

test('is what JSON.stringify would write but for defaults, whatever the members are', () => {
  const buffer = new RecordBuffer(1);
  fc.assert(
    fc.property(event, given => {
      const wanted = JSON.parse(JSON.stringify(given).replaceAll('\\u0000', '\\ufffd'));
      expect(read(written(given, buffer))).toEqual(wanted);
    }),
    { numRuns: 1000 },
  );
});

test('numbers as long as their place, and longer, are written in full', () => {
  const names = Object.entries(usageEvent()).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));
  for (const name of names) {
    for (let digits = 1; digits < 16; digits++) {
      for (const value of [10 ** digits - 1, 10 ** digits]) {
        const given = usageEvent({ [name]: value });
        expect(read(written(given))).toEqual(given);
      }
    }
  }
});

test('a cost as long as its place, and longer, is written in full', () => {
  for (let digits = 1; digits <= 36; digits++) {
    const given = usageEvent({ cost_usd: `0.${'7'.repeat(digits)}` });
    expect(read(written(given))).toEqual(given);
  }
});

test('ids that are no UUID are written as they are', () => {
  const given = { ...usageEvent(), id: 'short', call_id: 'x'.repeat(50) };
  expect(read(written(given))).toEqual(given);
});

test('begins with the id', () => {
  const { id, ...others } = usageEvent();
  for (const changes of [{}, { total_millis: 1e12 }])
    expect(written({ ...others, ...changes, id })).toMatch(new RegExp(`^{"id":"${id}",`));
});

test('leaves out what is as by default', () => {
  const text = written(usageEvent());
  expect(text.length).toBeLessThan(JSON.stringify(usageEvent()).length * 0.75);
  for (const name of ['tags', 'prompt', 'end_user', 'reasoning_tokens', 'cache_hit']) expect(text).not.toContain(name);
});

test('remembers nothing of a key that was renamed, nor of a target that is reached in another way', () => {
  const first = usageEvent({ key: 'old', team: 'a' });
  expect(read(written(first))).toEqual(first);
  const changes = [
    { key: 'new' },
    { team: 'b' },
    { consumer: 'c' },
    { organization: 'd' },
    { model: 'e' },
    { provider: 'f' },
    { dialect: 'g' },
    { operation: 'h' },
    { prompt: 'i@1' },
    { price_version: 'j' },
  ];
  for (const change of changes) {
    const changed = { ...first, ...change };
    expect(read(written(changed))).toEqual(changed);
    expect(read(written(first))).toEqual(first);
  }
});

test('more keys and targets than are remembered are written all the same', () => {
  const buffer = new RecordBuffer();
  for (let index = 0; index < 10_000; index++) {
    const given = usageEvent({ key_id: `key-${index % 7}`, model: `m${index}`, target: `p/m${index}` });
    expect(JSON.parse(written(given, buffer))).toMatchObject({ key_id: given.key_id, target: given.target });
    buffer.clear();
  }
});

test('T5: text that Postgres could not store is made storable, so that no caller can hide a call', () => {
  for (const total_millis of [1, 1e12]) {
    const text = written(
      usageEvent({ end_user: 'a\0b\ud800', model: 'm\udc00', tags: ['\0'], consumer: '\ud800', total_millis }),
    );
    expect(JSON.parse(text)).toMatchObject({
      end_user: 'a\ufffdb\ufffd',
      model: 'm\ufffd',
      tags: ['\ufffd'],
      consumer: '\ufffd',
    });
    expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  }
});

test('a line break in a name does not break the line', () => {
  for (const total_millis of [1, 1e12]) {
    expect(written(usageEvent({ end_user: 'a\nb\r\u2028', team: 'x\ny', total_millis }))).not.toContain('\n');
  }
});
