/** Members whose names differ, as the client of OpenAI's dialect spells them and as the one of this dialect does. */
const names: Readonly<Record<string, string>> = {
  stop: 'stop_sequences',
  user: 'metadata.user_id',
  reasoning_effort: 'thinking',
  reasoning: 'thinking',
  parallel_tool_calls: 'tool_choice.disable_parallel_tool_use',
  response_format: 'output_config.format',
  'response_format.json_schema.schema': 'output_config.format.schema',
  max_completion_tokens: 'max_tokens',
};

/** What stands beside the content there stands in it here. */
const IN_CONTENT =
  /^(messages\[\d+\])\.(?:tool_calls|reasoning_content|reasoning_details|annotations|tool_call_id)\b.*$/;

/**
 * Codecs name members as a client of OpenAI's dialect spells them, and count messages with the system prompt as the
 * first; a client of this dialect is told its own names and counts.
 */
export function clientField(field: string, hasSystem: boolean): string {
  const known = names[field];
  if (known !== undefined) return known;
  const tool = field
    .replace(/^(tools\[\d+\])\.function\b/, '$1')
    .replace(/^(tools\[\d+\])\.parameters$/, '$1.input_schema');
  if (tool !== field || !field.startsWith('messages[')) return tool;
  const message = field.replace(IN_CONTENT, '$1.content');
  return hasSystem ? message.replace(/^messages\[(\d+)\]/, (_, index: string) => shifted(Number(index))) : message;
}

const shifted = (index: number): string => (index === 0 ? 'system' : `messages[${index - 1}]`);
