import Anthropic from '@anthropic-ai/sdk';
import { declaration, rounds, weather } from './weather.mjs';

const BUDGETS = { medium: 2_048 };

export async function run({ mode, url, apiKey, model, prompt, tools, effort }) {
  const client = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
  const { asked, run: execute } = weather();
  const messages = [{ role: 'user', content: prompt }];
  const { parameters: input_schema, ...named } = declaration;
  let pieces = 0;
  const ask = async () => {
    const body = {
      model,
      max_tokens: 4_096,
      messages,
      ...(tools && { tools: [{ ...named, input_schema }] }),
      ...(effort && { thinking: { type: 'enabled', budget_tokens: BUDGETS[effort] } }),
    };
    if (mode === 'whole') return await client.messages.create(body);
    pieces = 0;
    const stream = client.messages.stream(body);
    stream.on('text', () => pieces++);
    return await stream.finalMessage();
  };
  const answers = await rounds({
    ask,
    calls: said => said.content.filter(block => block.type === 'tool_use'),
    answer: (said, called) => {
      const results = called.map(({ id, input }) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: execute(input),
      }));
      messages.push({ role: 'assistant', content: said.content }, { role: 'user', content: results });
    },
  });
  const { content, usage, stop_reason: finish } = answers.at(-1);
  const told = (said, type, member) => said.filter(block => block.type === type).map(block => block[member]);
  return {
    text: told(content, 'text', 'text').join(''),
    thought: answers.flatMap(said => told(said.content, 'thinking', 'thinking')).join(''),
    finish,
    usage: {
      prompt: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      completion: usage.output_tokens,
      cached: usage.cache_read_input_tokens,
    },
    asked,
    ...(mode === 'stream' && { pieces }),
  };
}
