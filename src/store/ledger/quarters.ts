import { GatewayError } from '../../spec/gateway-error.ts';

const QUARTER_MILLIS = 15 * 60_000;

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** A span of time as whole quarters of an hour, which rollups know, and the edges around them, which events know. */
export interface Quarters {
  readonly whole: Span;
  readonly edges: readonly Span[];
}

export function quarters({ from, to }: Span): Quarters {
  const first = new Date(Math.ceil(from.getTime() / QUARTER_MILLIS) * QUARTER_MILLIS);
  const last = new Date(Math.floor(to.getTime() / QUARTER_MILLIS) * QUARTER_MILLIS);
  if (first >= last) return { whole: { from: to, to }, edges: [{ from, to }].filter(isNotEmpty) };
  return {
    whole: { from: first, to: last },
    edges: [
      { from, to: first },
      { from: last, to },
    ].filter(isNotEmpty),
  };
}

const isNotEmpty = (span: Span): boolean => span.from < span.to;

const HEX_TIME_DIGITS = 12;

/** The lowest UUID that a UUIDv7 of this time can be: rows stand in the order of their ids, so ids bound a span. */
export function lowestId(time: Date): string {
  const millis = Math.max(0, time.getTime());
  if (!Number.isSafeInteger(millis) || millis >= 2 ** 48) throw new GatewayError('invalid_value', { param: 'from' });
  const hex = millis.toString(16).padStart(HEX_TIME_DIGITS, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** The UTC date of a time, as the ledger's `day` spells it. */
export const utcDay = (time: Date): string => time.toISOString().slice(0, 10);
