import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, streamText, tool } from 'ai';
import { z } from 'zod';
import { weather } from './weather.mjs';

export async function run({ mode, baseURL, apiKey, model, prompt, tools, effort }) {
  const provider = createOpenAICompatible({ name: 'tollgate', baseURL, apiKey, includeUsage: true });
  const { asked, run: execute } = weather();
  const options = {
    model: provider(model),
    prompt,
    maxRetries: 0,
    ...(tools && { stopWhen: isStepCount(5), tools: { weather: weatherTool(execute) } }),
    ...(effort && { providerOptions: { tollgate: { reasoningEffort: effort } } }),
  };
  const answer = mode === 'stream' ? await streamed(options) : await whole(options);
  return { ...answer, asked };
}

const weatherTool = execute =>
  tool({
    description: 'Tells the weather of a city',
    inputSchema: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']).optional() }),
    execute,
  });

const usageOf = ({ inputTokens, outputTokens, inputTokenDetails, outputTokenDetails }) => ({
  prompt: inputTokens,
  completion: outputTokens,
  cached: inputTokenDetails?.cacheReadTokens,
  reasoning: outputTokenDetails?.reasoningTokens,
});

async function streamed(options) {
  const pieces = [];
  const result = streamText({ ...options, onError: () => {} });
  for await (const part of result.fullStream ?? result.stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta') pieces.push(part.text);
  }
  const steps = await result.steps;
  return { ...told(steps), pieces: pieces.length };
}

const whole = async options => told((await generateText(options)).steps);

const told = steps => {
  const last = steps.at(-1);
  return {
    text: last.text,
    thought: steps.map(step => step.reasoningText ?? '').join(''),
    finish: last.finishReason,
    usage: usageOf(last.usage),
  };
};
