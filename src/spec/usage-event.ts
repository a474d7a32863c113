/**
 * One ledger row: one attempt. Members are spelled as the columns of `ledger.usage_events`, since the same JSON text is
 * the spool record and a part of the insert's parameter. In it a member may be left out where `usageDefaults` has its
 * value.
 *
 * Money is a decimal string in USD or null when the price is unknown; times are whole milliseconds; the day is not a
 * member because the database takes it from the UUIDv7 in `id`.
 */
export interface UsageEvent {
  /** UUIDv7, made before the attempt; its time is the event's time. */
  readonly id: string;
  readonly call_id: string;
  /** 1 for the first attempt of a call. */
  readonly attempt: number;
  readonly organization: string;
  readonly team: string;
  readonly consumer: string;
  /** Name of the virtual key. */
  readonly key: string;
  readonly key_id: string;
  /** As named by the caller; empty when it named none. */
  readonly end_user: string;
  readonly tags: readonly string[];
  /** `slug@version` of a prompt API, else empty. */
  readonly prompt: string;
  readonly dialect: string;
  readonly operation: string;
  /** As the client asked. */
  readonly model: string;
  readonly provider: string;
  /** `provider/model`. */
  readonly target: string;
  readonly price_version: string;
  /** Every prompt token, those of the other input classes included. */
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  /** Every completion token, those of the other output classes included. */
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly audio_input_tokens: number;
  readonly audio_output_tokens: number;
  readonly image_input_tokens: number;
  readonly image_output_tokens: number;
  readonly server_tool_calls: number;
  readonly cost_usd: string | null;
  /** Tokens were counted by us because the provider gave no believable count. */
  readonly estimated: boolean;
  /** `usage_implausible`, `tier_unpriced`, comma-separated; empty when nothing is to be said. */
  readonly flags: string;
  /** HTTP status of the attempt as the provider gave it; 0 when there was none. */
  readonly status: number;
  readonly outcome: UsageOutcome;
  /** Code from the error table; empty when the attempt finished. */
  readonly error: string;
  /** Why this attempt follows another one; empty for the first. */
  readonly retry_reason: string;
  readonly stream: boolean;
  readonly queue_millis: number;
  /** Null when no content arrived. */
  readonly first_token_millis: number | null;
  readonly total_millis: number;
  readonly cache_hit: boolean;
  readonly warnings: number;
}

export type UsageOutcome = 'finished' | 'failed' | 'aborted' | 'unknown' | 'correction';

/**
 * What a member is when an event's JSON leaves it out: most of them in most calls, and every byte is written, summed,
 * read, sent and parsed. A member without a default stands in every event.
 */
export const usageDefaults = Object.freeze({
  end_user: '',
  tags: Object.freeze([]),
  prompt: '',
  cache_read_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  reasoning_tokens: 0,
  audio_input_tokens: 0,
  audio_output_tokens: 0,
  image_input_tokens: 0,
  image_output_tokens: 0,
  server_tool_calls: 0,
  cost_usd: null,
  estimated: false,
  flags: '',
  error: '',
  retry_reason: '',
  stream: false,
  queue_millis: 0,
  first_token_millis: null,
  cache_hit: false,
  warnings: 0,
}) satisfies Partial<UsageEvent>;
