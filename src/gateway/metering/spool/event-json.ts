import type { UsageEvent } from '../../../spec/usage-event.ts';

/**
 * Postgres stores neither NUL nor half of a surrogate pair. They become U+FFFD, so that no caller can make the row of
 * a call unstorable.
 */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

const quote = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(storable(text)));

/** Members as they stand inside an object. It comes out of `JSON.stringify` in one piece, which is quick to copy. */
const membersOf = (members: Readonly<Record<string, string | number>>): string =>
  JSON.stringify(members, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value)).slice(1, -1);

interface Remembered {
  readonly event: UsageEvent;
  readonly json: string;
}

const REMEMBERED = 4096;

function remember(memory: Map<string, Remembered>, name: string, event: UsageEvent, json: string): string {
  if (memory.size >= REMEMBERED) memory.clear();
  memory.set(name, { event, json });
  return json;
}

const callers = new Map<string, Remembered>();

/** Who called: the same few members in every call of a key. */
function callerMembers(event: UsageEvent): string {
  const { organization, team, consumer, key, key_id } = event;
  const last = callers.get(key_id);
  if (
    last !== undefined &&
    last.event.organization === organization &&
    last.event.team === team &&
    last.event.consumer === consumer &&
    last.event.key === key
  ) {
    return last.json;
  }
  return remember(callers, key_id, event, membersOf({ organization, team, consumer, key, key_id }));
}

const targets = new Map<string, Remembered>();

/** What was called: the same for every call to a target that asks for it in the same way. */
function targetMembers(event: UsageEvent): string {
  const { prompt, dialect, operation, model, provider, target, price_version } = event;
  const last = targets.get(target);
  if (
    last !== undefined &&
    last.event.model === model &&
    last.event.prompt === prompt &&
    last.event.dialect === dialect &&
    last.event.operation === operation &&
    last.event.provider === provider &&
    last.event.price_version === price_version
  ) {
    return last.json;
  }
  const members = { prompt, dialect, operation, model, provider, target, price_version };
  return remember(targets, target, event, membersOf(members));
}

const noCache = membersOf({ cache_read_tokens: 0, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 });

function cacheMembers(event: UsageEvent): string {
  const { cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens } = event;
  if (cache_read_tokens === 0 && cache_write_5m_tokens === 0 && cache_write_1h_tokens === 0) return noCache;
  return membersOf({ cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens });
}

const noMedia = membersOf({
  audio_input_tokens: 0,
  audio_output_tokens: 0,
  image_input_tokens: 0,
  image_output_tokens: 0,
  server_tool_calls: 0,
});

function mediaMembers(event: UsageEvent): string {
  const { audio_input_tokens, audio_output_tokens, image_input_tokens, image_output_tokens, server_tool_calls } = event;
  const audio = audio_input_tokens !== 0 || audio_output_tokens !== 0;
  const image = image_input_tokens !== 0 || image_output_tokens !== 0;
  if (!audio && !image && server_tool_calls === 0) return noMedia;
  const members = {
    audio_input_tokens,
    audio_output_tokens,
    image_input_tokens,
    image_output_tokens,
    server_tool_calls,
  };
  return membersOf(members);
}

const tags = (list: readonly string[]): string => (list.length === 0 ? '[]' : `[${list.map(quote).join(',')}]`);

/**
 * The event as JSON with `id` first, which readers of the spool rely on. Written out by hand because it runs twice a
 * call: half the time of `JSON.stringify`, with which a test compares it.
 */
export const eventJson = (event: UsageEvent): string =>
  `{"id":"${event.id}","call_id":"${event.call_id}","attempt":${event.attempt},${callerMembers(event)},` +
  `"end_user":${quote(event.end_user)},"tags":${tags(event.tags)},${targetMembers(event)},` +
  `"input_tokens":${event.input_tokens},${cacheMembers(event)},"output_tokens":${event.output_tokens},` +
  `"reasoning_tokens":${event.reasoning_tokens},${mediaMembers(event)},` +
  `"cost_usd":${event.cost_usd === null ? 'null' : `"${event.cost_usd}"`},"estimated":${event.estimated},` +
  `"flags":${quote(event.flags)},"status":${event.status},"outcome":"${event.outcome}","error":${quote(event.error)},` +
  `"retry_reason":${quote(event.retry_reason)},"stream":${event.stream},"queue_millis":${event.queue_millis},` +
  `"first_token_millis":${event.first_token_millis},"total_millis":${event.total_millis},` +
  `"cache_hit":${event.cache_hit},"warnings":${event.warnings}}`;
