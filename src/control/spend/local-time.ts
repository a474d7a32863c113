import { GatewayError } from '../../spec/gateway-error.ts';

const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]*$/;
const WRITTEN = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const DAY_MILLIS = 86_400_000;

/**
 * Throws `invalid_value` unless the name is one of the IANA list. Bare offsets are refused, because Postgres reads their
 * sign the other way round, and so are abbreviations other than UTC and GMT, which mean several zones.
 */
export function checkTimezone(name: string): void {
  try {
    if (!ZONE.test(name) || !(name.includes('/') || /^(utc|gmt)$/i.test(name))) throw new RangeError('not a zone name');
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch (cause) {
    throw new GatewayError('invalid_value', {
      message: '"timezone": expected an IANA name such as UTC or Europe/Berlin.',
      param: 'timezone',
      cause,
    });
  }
}

/**
 * The moment that an ISO 8601 text means in a timezone: `2026-03-29` is the first moment of that day there, and a time
 * without an offset is local. Null when the text is no date between 2000 and 2199.
 */
export function readMoment(text: string, timezone: string): Date | null {
  const match = WRITTEN.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(part => Number(part ?? 0));
  if (year! < 2000 || year! > 2199 || hour! > 23 || minute! > 59 || second! > 59) return null;
  const local = Date.UTC(year!, month! - 1, day!, hour, minute, second);
  // February 30th would silently be a day in March.
  if (new Date(local).getUTCDate() !== day || new Date(local).getUTCMonth() !== month! - 1) return null;
  if (match[7] === undefined) return atLocal(local, timezone);
  const written = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(written) ? null : new Date(written);
}

/** First moment of the current month in a timezone. */
export function startOfMonth(nowMillis: number, timezone: string): Date {
  const local = new Date(nowMillis + offsetAt(nowMillis, timezone));
  return atLocal(Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1), timezone);
}

/** `local` is a wall clock read as if it were UTC. A time that comes twice is the first; one that is skipped, the next. */
function atLocal(local: number, timezone: string): Date {
  const before = local - offsetAt(local - DAY_MILLIS, timezone);
  const after = local - offsetAt(local + DAY_MILLIS, timezone);
  const exact = [before, after].filter(millis => millis + offsetAt(millis, timezone) === local);
  return new Date(exact.length > 0 ? Math.min(...exact) : before);
}

const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 1000;

/** How far the clocks of a timezone are ahead of UTC, in millis, whole seconds. */
function offsetAt(millis: number, timezone: string): number {
  let format = formats.get(timezone);
  if (!format) {
    if (formats.size >= MOST_FORMATS) formats.clear();
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timezone, format);
  }
  const parts = new Map(format.formatToParts(millis).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name)!;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(millis / 1000) * 1000;
}
