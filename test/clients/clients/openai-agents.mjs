import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';
import { weather } from './weather.mjs';

export async function run({ mode, url, apiKey, model, prompt, tools, effort, dialect }) {
  setTracingDisabled(true);
  const { asked, run: execute } = weather();
  const weatherTool = tool({
    name: 'weather',
    description: 'Tells the weather of a city',
    // Strict tools have no optional members.
    parameters: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']).nullable() }),
    execute,
    errorFunction: null,
  });
  const agent = new Agent({
    name: 'forecaster',
    instructions: 'You tell the weather.',
    model,
    ...(tools && { tools: [weatherTool] }),
    modelSettings: {
      ...(dialect === 'responses' && { store: false, providerData: { include: ['reasoning.encrypted_content'] } }),
      ...(effort && { reasoning: { effort, summary: 'auto' } }),
    },
  });
  const modelProvider = new OpenAIProvider({ apiKey, baseURL: `${url}/v1`, useResponses: dialect === 'responses' });
  const runner = new Runner({ modelProvider });
  let pieces;
  const result = await runner.run(agent, prompt, { stream: mode === 'stream', maxTurns: 5 });
  if (mode === 'stream') {
    pieces = 0;
    for await (const event of result) {
      if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') pieces++;
    }
    await result.completed;
    if (result.error) throw result.error;
  }
  const last = result.rawResponses.at(-1);
  return {
    text: result.finalOutput,
    thought: result.newItems
      .filter(item => item.type === 'reasoning_item')
      .flatMap(({ rawItem }) => [...(rawItem.content ?? []), ...(rawItem.rawContent ?? [])].map(part => part.text))
      .join(''),
    usage: usageOf(last.usage),
    asked,
    ...(pieces !== undefined && { pieces }),
  };
}

const sum = (details, name) => {
  const list = Array.isArray(details) ? details : [details];
  return list[0]?.[name];
};

const usageOf = usage => ({
  prompt: usage.inputTokens,
  completion: usage.outputTokens,
  cached: sum(usage.inputTokensDetails, 'cached_tokens'),
  reasoning: sum(usage.outputTokensDetails, 'reasoning_tokens'),
});
