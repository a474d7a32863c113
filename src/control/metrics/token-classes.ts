import type { UsageEvent } from '../../spec/usage-event.ts';

type Read = (event: UsageEvent) => number;

const cached: Read = event => event.cache_read_tokens + event.cache_write_5m_tokens + event.cache_write_1h_tokens;

/** The ledger's input and output are whole; here every token is in one class, so that classes can be added up. */
export const tokenClasses: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['input', event => event.input_tokens - cached(event) - event.audio_input_tokens - event.image_input_tokens],
  ['cache_read', event => event.cache_read_tokens],
  ['cache_write', event => event.cache_write_5m_tokens + event.cache_write_1h_tokens],
  ['output', e => e.output_tokens - e.reasoning_tokens - e.audio_output_tokens - e.image_output_tokens],
  ['reasoning', event => event.reasoning_tokens],
  ['audio_input', event => event.audio_input_tokens],
  ['audio_output', event => event.audio_output_tokens],
  ['image_input', event => event.image_input_tokens],
  ['image_output', event => event.image_output_tokens],
]);
