import type { UsageEvent } from '../../../spec/usage-event.ts';

/** Names repeat from call to call, so their JSON is remembered. What callers choose freely is not. */
const remembered = new Map<string, string>();
const REMEMBERED = 4096;

function name(text: string): string {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED) remembered.clear();
  const json = quote(text);
  remembered.set(text, json);
  return json;
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * Postgres stores neither NUL nor half of a surrogate pair. They become U+FFFD, so that no caller can make the row of
 * a call unstorable.
 */
const quote = (text: string): string =>
  PLAIN.test(text) ? `"${text}"` : JSON.stringify(text.toWellFormed().replaceAll('\0', '\ufffd'));

const tags = (list: readonly string[]): string => (list.length === 0 ? '[]' : `[${list.map(quote).join(',')}]`);

/**
 * The event as JSON with `id` first, which readers of the spool rely on. Written out by hand because it runs twice a
 * call: a quarter faster than `JSON.stringify`. A test compares the two.
 */
export const eventJson = (event: UsageEvent): string =>
  `{"id":"${event.id}","call_id":${quote(event.call_id)},"attempt":${event.attempt},` +
  `"organization":${name(event.organization)},"team":${name(event.team)},"consumer":${name(event.consumer)},` +
  `"key":${name(event.key)},"key_id":${name(event.key_id)},"end_user":${quote(event.end_user)},` +
  `"tags":${tags(event.tags)},"prompt":${name(event.prompt)},"dialect":${name(event.dialect)},` +
  `"operation":${name(event.operation)},"model":${name(event.model)},"provider":${name(event.provider)},` +
  `"target":${name(event.target)},"price_version":${name(event.price_version)},` +
  `"input_tokens":${event.input_tokens},"cache_read_tokens":${event.cache_read_tokens},` +
  `"cache_write_5m_tokens":${event.cache_write_5m_tokens},"cache_write_1h_tokens":${event.cache_write_1h_tokens},` +
  `"output_tokens":${event.output_tokens},"reasoning_tokens":${event.reasoning_tokens},` +
  `"audio_input_tokens":${event.audio_input_tokens},"audio_output_tokens":${event.audio_output_tokens},` +
  `"image_input_tokens":${event.image_input_tokens},"image_output_tokens":${event.image_output_tokens},` +
  `"server_tool_calls":${event.server_tool_calls},` +
  `"cost_usd":${event.cost_usd === null ? 'null' : `"${event.cost_usd}"`},"estimated":${event.estimated},` +
  `"flags":${name(event.flags)},"status":${event.status},"outcome":"${event.outcome}","error":${name(event.error)},` +
  `"retry_reason":${name(event.retry_reason)},"stream":${event.stream},"queue_millis":${event.queue_millis},` +
  `"first_token_millis":${event.first_token_millis},"total_millis":${event.total_millis},` +
  `"cache_hit":${event.cache_hit},"warnings":${event.warnings}}`;
