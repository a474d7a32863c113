import { type UsageEvent, usageDefaults } from '../../../spec/usage-event.ts';

/**
 * Postgres stores neither NUL nor half of a surrogate pair. They become U+FFFD, so that no caller can make the row of
 * a call unstorable.
 */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

/** Text that stands in JSON for itself, as most does. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

const quote = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(storable(text)));

const isDefault = (name: string, value: string): boolean =>
  name in usageDefaults && value === usageDefaults[name as keyof typeof usageDefaults];

/** Members as they stand inside an object, each followed by a comma. */
const membersOf = (members: Readonly<Record<string, string>>): string =>
  Object.entries(members)
    .filter(([name, value]) => !isDefault(name, value))
    .map(([name, value]) => `"${name}":${quote(value)},`)
    .join('');

/** Who called: the same in every call of a key. */
export function callerMembers({ organization, team, consumer, key, key_id }: UsageEvent): string {
  return membersOf({ organization, team, consumer, key, key_id });
}

export const sameCaller = (left: UsageEvent, right: UsageEvent): boolean =>
  left.key_id === right.key_id &&
  left.key === right.key &&
  left.team === right.team &&
  left.consumer === right.consumer &&
  left.organization === right.organization;

/** What was called: the same in every call to a target that asks for it in the same way. */
export function targetMembers(event: UsageEvent): string {
  const { prompt, dialect, operation, model, provider, target, price_version } = event;
  return membersOf({ prompt, dialect, operation, model, provider, target, price_version });
}

export const sameTarget = (left: UsageEvent, right: UsageEvent): boolean =>
  left.target === right.target &&
  left.model === right.model &&
  left.provider === right.provider &&
  left.operation === right.operation &&
  left.dialect === right.dialect &&
  left.prompt === right.prompt &&
  left.price_version === right.price_version;

const count = (name: string, value: number): string => (value === 0 ? '' : `,"${name}":${value}`);
const text = (name: string, value: string): string => (value === '' ? '' : `,"${name}":${quote(value)}`);

/** What most calls have nothing to say in, each member led by a comma; empty where all of it is as by default. */
export function rareMembers(event: UsageEvent): string {
  return (
    count('cache_read_tokens', event.cache_read_tokens) +
    count('cache_write_5m_tokens', event.cache_write_5m_tokens) +
    count('cache_write_1h_tokens', event.cache_write_1h_tokens) +
    count('reasoning_tokens', event.reasoning_tokens) +
    count('audio_input_tokens', event.audio_input_tokens) +
    count('audio_output_tokens', event.audio_output_tokens) +
    count('image_input_tokens', event.image_input_tokens) +
    count('image_output_tokens', event.image_output_tokens) +
    count('server_tool_calls', event.server_tool_calls) +
    count('warnings', event.warnings) +
    text('end_user', event.end_user) +
    text('flags', event.flags) +
    text('error', event.error) +
    text('retry_reason', event.retry_reason) +
    (event.tags.length === 0 ? '' : `,"tags":[${event.tags.map(quote).join(',')}]`) +
    (event.cache_hit ? ',"cache_hit":true' : '')
  );
}

/** The whole event, whatever is in it, with `id` first. */
export function wholeEvent({ id, ...others }: UsageEvent): string {
  return JSON.stringify({ id, ...others }, (_, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  );
}
