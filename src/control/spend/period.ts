import { z } from 'zod';
import { GatewayError } from '../../spec/gateway-error.ts';
import { checkTimezone, readMoment, startOfMonth } from './local-time.ts';

export interface Period {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

const QUARTER_MILLIS = 15 * 60_000;
const MOST_DAYS = 400;
/** Days in a timezone are not all 24 h long. */
const MOST_MILLIS = MOST_DAYS * 86_400_000 + 2 * 3_600_000;

const moment = z.string().max(64).optional();

/** The parameters that say what time a report is about. */
export const periodParameters = {
  from: moment.describe('ISO date or time, read in the timezone; inclusive. Default: start of the current month'),
  to: moment.describe('ISO date or time, read in the timezone; exclusive. Default: end of the current quarter hour'),
  timezone: z.string().max(64).default('UTC').describe('IANA name; says where days begin'),
};

interface WrittenPeriod {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly timezone: string;
}

/** Throws `invalid_value` with the parameter's name; a report covers at most 400 days. */
export function readPeriod({ from, to, timezone }: WrittenPeriod, nowMillis: number): Period {
  checkTimezone(timezone);
  const period = {
    from: from === undefined ? startOfMonth(nowMillis, timezone) : read(from, 'from', timezone),
    to: to === undefined ? endOfQuarter(nowMillis) : read(to, 'to', timezone),
  };
  const length = period.to.getTime() - period.from.getTime();
  if (length <= 0) throw invalid(to === undefined ? 'from' : 'to', 'expected "from" to be before "to"');
  if (length > MOST_MILLIS) throw invalid('from', `expected at most ${MOST_DAYS} days between "from" and "to"`);
  return period;
}

/** Sums are kept by quarters of an hour, and a report over whole ones reads the fewest rows. */
const endOfQuarter = (nowMillis: number): Date =>
  new Date((Math.floor(nowMillis / QUARTER_MILLIS) + 1) * QUARTER_MILLIS);

function read(text: string, param: string, timezone: string): Date {
  const moment = readMoment(text, timezone);
  if (moment === null) throw invalid(param, 'expected a date or time such as 2026-01-31 or 2026-01-31T12:00:00Z');
  return moment;
}

const invalid = (param: string, what: string) =>
  new GatewayError('invalid_value', { message: `"${param}": ${what}.`, param });
