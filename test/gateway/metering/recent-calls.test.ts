import { expect, test } from 'vitest';
import { RecentCalls } from '../../../src/gateway/metering/recent-calls.ts';
import { RecordBuffer } from '../../../src/gateway/metering/spool/record-buffer.ts';
import { uuidv7 } from '../../../src/spec/ids.ts';
import { spoolRecord } from '../../../src/spec/spool-file.ts';
import type { UsageEvent } from '../../../src/spec/usage-event.ts';
import { usageEvent } from '../../store/ledger/usage-event.ts';

const MILLION = 1_000_000;

/** Puts an event in as the spool does: its JSON somewhere inside a buffer that is used again at once. */
function add(recent: RecentCalls, event: UsageEvent): void {
  const buffer = new RecordBuffer();
  buffer.add('S', event);
  const start = buffer.length + spoolRecord.eventAt;
  const end = buffer.add('F', event);
  recent.add(buffer.bytes, start, end - 1);
  buffer.bytes.fill(0);
}

const attempt = (members: Partial<UsageEvent> = {}): UsageEvent =>
  usageEvent({ id: uuidv7(), call_id: uuidv7(), ...members });

test('finds the attempts of a call, oldest first, with every member', () => {
  const recent = new RecentCalls();
  const first = attempt({ attempt: 1, outcome: 'failed', error: 'upstream_timeout', end_user: 'Zoë 語' });
  const second = attempt({ call_id: first.call_id, attempt: 2, retry_reason: 'upstream_timeout', tags: ['a', 'b'] });
  add(recent, second);
  add(recent, attempt());
  add(recent, first);

  expect(recent.find(first.call_id, first.key_id)).toEqual({ events: [first, second], warnings: [] });
});

test('finds an event that fits no form', () => {
  const recent = new RecentCalls();
  const event = attempt({ input_tokens: 3_000_000_000, end_user: 'u'.repeat(100_000) });
  add(recent, event);

  expect(recent.find(event.call_id, event.key_id)?.events).toEqual([event]);
});

test('tells a call to its own key only, and for ten minutes', () => {
  const recent = new RecentCalls();
  const event = attempt();
  const old = attempt({ id: '01890000-0000-7000-8000-000000000000' });
  add(recent, event);
  add(recent, old);

  expect(recent.find(event.call_id, 'another key')).toBeNull();
  expect(recent.find(old.call_id, old.key_id)).toBeNull();
  expect(recent.find('nothing', event.key_id)).toBeNull();
  expect(recent.find(`${event.call_id.slice(0, -1)}x`, event.key_id)).toBeNull();
});

test('tells what the answer was warned of', () => {
  const recent = new RecentCalls();
  const event = attempt();
  const warnings = [{ field: 'seed', action: 'dropped', why: 'Sampling cannot be seeded.' }] as const;
  add(recent, event);
  recent.warn(event.call_id, warnings);

  expect(recent.find(event.call_id, event.key_id)?.warnings).toEqual(warnings);
});

test('forgets the oldest when there are many, and never mixes two', () => {
  const recent = new RecentCalls();
  const events = Array.from({ length: 10_050 }, (_, index) => attempt({ input_tokens: index }));
  for (const event of events) add(recent, event);

  const found = (index: number) => {
    const { call_id, key_id } = events[index]!;
    return recent.find(call_id, key_id)?.events.map(event => event.input_tokens);
  };
  for (let index = 0; index < 50; index++) expect(found(index)).toBeUndefined();
  for (const index of [50, 51, 59, 5_000, 10_048, 10_049]) expect(found(index)).toEqual([index]);
});

test('forgets the oldest when their bytes are needed', () => {
  const recent = new RecentCalls();
  const events = Array.from({ length: 12 }, () => attempt({ end_user: 'u'.repeat(MILLION) }));
  for (const event of events) add(recent, event);

  const kept = events.filter(event => recent.find(event.call_id, event.key_id) !== null);
  expect(kept).toEqual(events.slice(-8));
});
