import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventJson } from '../../../../src/gateway/metering/spool/event-json.ts';
import type { UsageEvent } from '../../../../src/spec/usage-event.ts';
import { usageEvent } from '../../../store/ledger/usage-event.ts';

/** Every member changed to something of its kind; half of the time from a small set, so that remembering is tried. */
const event = fc.record(
  Object.fromEntries(
    Object.entries(usageEvent()).map(([name, value]) => {
      if (name === 'id' || name === 'call_id' || name === 'outcome') return [name, fc.constant(value)];
      if (name === 'cost_usd') return [name, fc.constantFrom(null, '0', '12.000000000000000001')];
      if (name === 'tags') return [name, fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 })];
      if (typeof value === 'number') return [name, fc.constantFrom(0, 1, 10_000_000)];
      if (typeof value === 'boolean') return [name, fc.boolean()];
      return [name, fc.oneof(fc.constantFrom('', 'a', 'b'), fc.string({ unit: 'grapheme' }))];
    }),
  ),
) as unknown as fc.Arbitrary<UsageEvent>;

test('is what JSON.stringify would write, whatever the members are', () => {
  fc.assert(
    fc.property(event, given => {
      const wanted = JSON.parse(JSON.stringify(given).replaceAll('\\u0000', '\\ufffd'));
      expect(JSON.parse(eventJson(given))).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});

test('begins with the id', () => {
  const { id, ...others } = usageEvent();
  expect(eventJson({ ...others, id })).toMatch(new RegExp(`^{"id":"${id}",`));
});

test('remembers nothing of a key that was renamed', () => {
  const first = usageEvent({ key: 'old', team: 'a' });
  expect(JSON.parse(eventJson(first))).toEqual(first);
  for (const changes of [{ key: 'new' }, { team: 'b' }, { consumer: 'c' }, { organization: 'd' }]) {
    const changed = { ...first, ...changes };
    expect(JSON.parse(eventJson(changed))).toEqual(changed);
  }
});

test('T5: text that Postgres could not store is made storable, so that no caller can hide a call', () => {
  const written = eventJson(usageEvent({ end_user: 'a\0b\ud800', model: 'm\udc00', tags: ['\0'], consumer: '\ud800' }));
  expect(JSON.parse(written)).toMatchObject({
    end_user: 'a\ufffdb\ufffd',
    model: 'm\ufffd',
    tags: ['\ufffd'],
    consumer: '\ufffd',
  });
  expect(written).not.toMatch(/\\u0000|\\ud[89a-f]/i);
});

test('a line break in a name does not break the line', () => {
  expect(eventJson(usageEvent({ end_user: 'a\nb\r\u2028', team: 'x\ny' }))).not.toContain('\n');
});
