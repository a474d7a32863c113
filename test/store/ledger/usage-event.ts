import { uuidv7 } from '../../../src/spec/ids.ts';
import type { UsageEvent } from '../../../src/spec/usage-event.ts';

/** A finished call as the data plane would write it, with what the test cares about put in place. */
export function usageEvent(changes: Partial<UsageEvent> & { readonly at?: Date } = {}): UsageEvent {
  const { at, ...members } = changes;
  const id = uuidv7(at?.getTime());
  return {
    id,
    call_id: id,
    attempt: 1,
    organization: 'default',
    team: 'search',
    consumer: 'web',
    key: 'web',
    key_id: 'key-web',
    end_user: '',
    tags: [],
    prompt: '',
    dialect: 'openai-chat',
    operation: 'chat',
    model: 'fast',
    provider: 'simulator',
    target: 'simulator/echo',
    price_version: 'test',
    input_tokens: 10,
    cache_read_tokens: 0,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 0,
    output_tokens: 5,
    reasoning_tokens: 0,
    audio_input_tokens: 0,
    audio_output_tokens: 0,
    image_input_tokens: 0,
    image_output_tokens: 0,
    server_tool_calls: 0,
    cost_usd: '0.00002',
    estimated: false,
    flags: '',
    status: 200,
    outcome: 'finished',
    error: '',
    retry_reason: '',
    stream: false,
    queue_millis: 0,
    first_token_millis: 12,
    total_millis: 34,
    cache_hit: false,
    warnings: 0,
    ...members,
  };
}

/** Their JSON, as `append` takes it. */
export const texts = (events: readonly UsageEvent[]): Buffer => Buffer.from(JSON.stringify(events));
