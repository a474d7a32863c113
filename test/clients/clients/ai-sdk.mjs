import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, streamText, tool } from 'ai';
import { z } from 'zod';
import { weather } from './weather.mjs';

/** Each package with the base URL that it expects, and its own words for thinking. */
const dialects = {
  compatible: ({ url, apiKey, model, effort }) => ({
    model: createOpenAICompatible({ name: 'tollgate', baseURL: `${url}/v1`, apiKey, includeUsage: true })(model),
    ...(effort && { providerOptions: { tollgate: { reasoningEffort: effort } } }),
  }),
  chat: ({ url, apiKey, model, effort }) => ({
    model: createOpenAI({ baseURL: `${url}/v1`, apiKey }).chat(model),
    ...(effort && { providerOptions: { openai: { reasoningEffort: effort, forceReasoning: true } } }),
  }),
  responses: ({ url, apiKey, model, effort }) => ({
    model: createOpenAI({ baseURL: `${url}/v1`, apiKey }).responses(model),
    providerOptions: {
      openai: {
        // Else it sends the ids of items in place of the items.
        store: false,
        ...(effort && { reasoningEffort: effort, reasoningSummary: 'auto', forceReasoning: true }),
      },
    },
  }),
  anthropic: ({ url, apiKey, model, effort }) => ({
    model: createAnthropic({ baseURL: `${url}/v1`, apiKey })(model),
    ...(effort && { providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2_048 } } } }),
  }),
  google: ({ url, apiKey, model, effort }) => ({
    model: createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey })(model),
    ...(effort && { providerOptions: { google: { thinkingConfig: { includeThoughts: true } } } }),
  }),
};

export async function run(task) {
  const { mode, prompt, tools, dialect } = task;
  const { asked, run: execute } = weather();
  const options = {
    ...dialects[dialect](task),
    prompt,
    maxRetries: 0,
    ...(tools && { stopWhen: isStepCount(5), tools: { weather: weatherTool(execute) } }),
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
