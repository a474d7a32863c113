/** The names by which rollups are kept. `status` is the HTTP status of the attempt as text, `0` when there was none. */
export const rollupDimensions = [
  'organization',
  'team',
  'consumer',
  'key',
  'key_id',
  'prompt',
  'dialect',
  'operation',
  'model',
  'provider',
  'target',
  'status',
] as const;

const tokens = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'audio_input_tokens',
  'audio_output_tokens',
  'image_input_tokens',
  'image_output_tokens',
] as const;

/**
 * What is summed, as an expression over one usage event. Rollups hold the sums under the same names, so that reports
 * over rollups and over events cannot differ. A correction is a signed difference and no attempt of its own.
 */
export const measures: ReadonlyMap<string, string> = new Map([
  ['calls', `(attempt = 1 and outcome <> 'correction')::integer`],
  ['attempts', `(outcome <> 'correction')::integer`],
  ...tokens.map(name => [name, name] as const),
  ['server_tool_calls', 'server_tool_calls'],
  ['priced', '(cost_usd is not null)::integer'],
  // The other classes are part of these two.
  ['unpriced', `(cost_usd is null and outcome <> 'correction' and input_tokens::bigint + output_tokens > 0)::integer`],
  ['cost_usd', 'coalesce(cost_usd, 0)'],
]);
