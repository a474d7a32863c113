import { type UsageEvent, usageDefaults } from '../../spec/usage-event.ts';

/** Every column that a usage event fills, with the type its JSON is read as. The compiler keeps it complete. */
const types = {
  id: 'uuid',
  call_id: 'uuid',
  attempt: 'smallint',
  organization: 'text',
  team: 'text',
  consumer: 'text',
  key: 'text',
  key_id: 'text',
  end_user: 'text',
  tags: 'text[]',
  prompt: 'text',
  dialect: 'text',
  operation: 'text',
  model: 'text',
  provider: 'text',
  target: 'text',
  price_version: 'text',
  input_tokens: 'integer',
  cache_read_tokens: 'integer',
  cache_write_5m_tokens: 'integer',
  cache_write_1h_tokens: 'integer',
  output_tokens: 'integer',
  reasoning_tokens: 'integer',
  audio_input_tokens: 'integer',
  audio_output_tokens: 'integer',
  image_input_tokens: 'integer',
  image_output_tokens: 'integer',
  server_tool_calls: 'integer',
  cost_usd: 'numeric',
  estimated: 'boolean',
  flags: 'text',
  status: 'smallint',
  outcome: 'text',
  error: 'text',
  retry_reason: 'text',
  stream: 'boolean',
  queue_millis: 'integer',
  first_token_millis: 'integer',
  total_millis: 'integer',
  cache_hit: 'boolean',
  warnings: 'smallint',
} as const satisfies Record<keyof UsageEvent, string>;

export const usageColumns = Object.keys(types) as readonly (keyof UsageEvent)[];

/** The columns as a record definition for `json_to_recordset`. */
export const usageRecord = usageColumns.map(column => `${column} ${types[column]}`).join(', ');

const literals: Readonly<Record<string, string>> = { '': `''`, '0': '0', false: 'false' };

/** The columns as an event has them: what it left out by its default. */
export const usageValues = usageColumns
  .map(column => {
    const value = column in usageDefaults ? usageDefaults[column as keyof typeof usageDefaults] : null;
    if (value === null) return column;
    const literal = Array.isArray(value) ? `'{}'` : literals[String(value)];
    return `coalesce(${column}, ${literal}) as ${column}`;
  })
  .join(', ');
