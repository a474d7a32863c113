import type { UsageEvent } from '../../../spec/usage-event.ts';
import { callIdAt, type EventForm, idAt, placeEnds, placeWidths } from './event-form.ts';

const ZERO = 0x30;
const QUOTE = 0x22;
const ID_LENGTH = 36;

/** Whether each value has room in its blank. Not so: a count that is no whole number, or a very long or costly call. */
export function fits(event: UsageEvent): boolean {
  return (
    event.id.length === ID_LENGTH &&
    event.call_id.length === ID_LENGTH &&
    isShort(event.attempt, 1e3) &&
    isShort(event.input_tokens, 1e8) &&
    isShort(event.output_tokens, 1e7) &&
    isShort(event.status, 1e3) &&
    isShort(event.queue_millis, 1e7) &&
    isShort(event.total_millis, 1e8) &&
    (event.first_token_millis === null || isShort(event.first_token_millis, 1e7)) &&
    (event.cost_usd === null || event.cost_usd.length <= placeWidths.cost_usd - 2)
  );
}

/** True for whole numbers in `[0, limit)`. */
const isShort = (value: number, limit: number): boolean => (value | 0) === value && value >= 0 && value < limit;

/** Writes an event that `fits` by its form; answers the offset behind it, where rare members and `}` follow. */
export function fillIn(bytes: Buffer, at: number, form: EventForm, event: UsageEvent): number {
  bytes.set(form.bytes, at);
  bytes.write(event.id, at + idAt, 'latin1');
  bytes.write(event.call_id, at + callIdAt, 'latin1');
  const places = at + form.placesAt;
  number(bytes, places + placeEnds.attempt, event.attempt);
  number(bytes, places + placeEnds.input_tokens, event.input_tokens);
  number(bytes, places + placeEnds.output_tokens, event.output_tokens);
  if (event.cost_usd === null) word(bytes, places + placeEnds.cost_usd, 'null');
  else quoted(bytes, places + placeEnds.cost_usd, event.cost_usd);
  word(bytes, places + placeEnds.estimated, event.estimated ? 'true' : 'false');
  number(bytes, places + placeEnds.status, event.status);
  quoted(bytes, places + placeEnds.outcome, event.outcome);
  word(bytes, places + placeEnds.stream, event.stream ? 'true' : 'false');
  number(bytes, places + placeEnds.queue_millis, event.queue_millis);
  if (event.first_token_millis === null) word(bytes, places + placeEnds.first_token_millis, 'null');
  else number(bytes, places + placeEnds.first_token_millis, event.first_token_millis);
  number(bytes, places + placeEnds.total_millis, event.total_millis);
  return at + form.bytes.length;
}

/** Each writes plain ASCII that ends before `end`. */
function number(bytes: Buffer, end: number, value: number): void {
  let at = end;
  let left = value;
  do {
    const tens = (left / 10) | 0;
    at -= 1;
    bytes[at] = ZERO + left - tens * 10;
    left = tens;
  } while (left > 0);
}

function word(bytes: Buffer, end: number, text: string): void {
  const start = end - text.length;
  for (let index = 0; index < text.length; index++) bytes[start + index] = text.charCodeAt(index);
}

function quoted(bytes: Buffer, end: number, text: string): void {
  bytes[end - 1] = QUOTE;
  word(bytes, end - 1, text);
  bytes[end - text.length - 2] = QUOTE;
}
