import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cityOf, eventsOf, packages, writeFiles } from './agent.mjs';

const platform = `${process.platform}-${process.arch}`;
const programs = [platform, `${platform}-musl`].map(name => join(packages, `@anthropic-ai/claude-code-${name}/claude`));

export async function run({ url, apiKey, model, prompt, effort }) {
  writeFiles(process.cwd());
  const environment = {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: apiKey,
    ANTHROPIC_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...(!effort && { MAX_THINKING_TOKENS: '0' }),
  };
  const args = ['-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages'];
  const events = await eventsOf(
    programs.find(existsSync),
    [...args, '--allowedTools', 'Read', '--', prompt],
    environment,
    event => event.type === 'result' && event.is_error,
  );
  const parts = events.filter(event => event.type === 'assistant').flatMap(event => event.message.content);
  const deltas = events.filter(event => event.type === 'stream_event').map(({ event }) => event.delta);
  const result = events.findLast(event => event.type === 'result');
  const last = events.findLast(({ type, event }) => type === 'stream_event' && event.type === 'message_delta');
  const usage = last?.event.usage;
  return {
    text: result.result,
    thought: parts.map(part => (part.type === 'thinking' ? part.thinking : '')).join(''),
    finish: result.stop_reason,
    usage: {
      prompt: usage?.input_tokens + usage?.cache_read_input_tokens,
      completion: usage?.output_tokens,
      cached: usage?.cache_read_input_tokens,
    },
    asked: parts.filter(part => part.type === 'tool_use').map(part => cityOf(part.input.file_path)),
    pieces: deltas.filter(delta => delta?.type === 'text_delta').length,
  };
}
