import { expect, test } from 'vitest';
import { checkTimezone, readMoment, startOfMonth } from '../../../src/control/spend/local-time.ts';

test.each([
  ['2026-01-31', 'UTC', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31', 'Europe/Berlin', '2026-01-30T23:00:00.000Z'],
  ['2026-07-01', 'Europe/Berlin', '2026-06-30T22:00:00.000Z'],
  ['2026-07-01', 'Asia/Kathmandu', '2026-06-30T18:15:00.000Z'],
  ['2026-07-01T12:30', 'America/New_York', '2026-07-01T16:30:00.000Z'],
  ['2026-07-01 12:30:15', 'America/New_York', '2026-07-01T16:30:15.000Z'],
  ['2026-07-01T12:30:00Z', 'America/New_York', '2026-07-01T12:30:00.000Z'],
  ['2026-07-01T12:30:00+05:30', 'America/New_York', '2026-07-01T07:00:00.000Z'],
  // The day the clocks change, the day itself and the next.
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
  ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
  // 02:30 does not exist, then it comes twice.
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  // A day that begins at 01:00, and one whose midnight comes twice.
  ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
  ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
])('%s in %s is %s', (text, timezone, expected) => {
  expect(readMoment(text, timezone)?.toISOString()).toBe(expected);
});

test.each([
  '2026-02-30',
  '2026-13-01',
  '2026-00-10',
  '2026-01-01T24:00',
  '2026-01-01T10:60',
  '2026-01-01T10:00:00+25:00',
  '1999-12-31',
  '2200-01-01',
  '0000-01-01',
  '20260101',
  'yesterday',
  '2026-01-01; drop table x',
  '',
])('%s is no moment', text => {
  expect(readMoment(text, 'UTC')).toBeNull();
});

test.each([
  ['2026-05-17T10:00:00Z', 'UTC', '2026-05-01T00:00:00.000Z'],
  ['2026-05-31T23:30:00Z', 'Europe/Berlin', '2026-05-31T22:00:00.000Z'],
  ['2026-06-01T03:00:00Z', 'America/New_York', '2026-05-01T04:00:00.000Z'],
  ['2026-11-20T10:00:00Z', 'America/Havana', '2026-11-01T04:00:00.000Z'],
])('at %s in %s the month began at %s', (now, timezone, expected) => {
  expect(startOfMonth(Date.parse(now), timezone).toISOString()).toBe(expected);
});

test.each(['UTC', 'utc', 'GMT', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
  '%s is a timezone',
  name => expect(() => checkTimezone(name)).not.toThrow(),
);

test.each(['', '+02:00', 'CET2', 'EST5EDT', 'IST', 'Mars/Olympus', 'Europe/Berlin; drop', '../etc/passwd', ' UTC'])(
  '%j is no timezone',
  name =>
    expect(() => checkTimezone(name)).toThrow(expect.objectContaining({ code: 'invalid_value', param: 'timezone' })),
);
