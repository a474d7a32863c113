import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatGoogle } from '@langchain/google';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { weather } from './weather.mjs';

/** Each package with the base URL that it expects, and its own words for thinking. */
const dialects = {
  chat: ({ url, apiKey, model, effort }) =>
    new ChatOpenAI({
      model,
      apiKey,
      configuration: { baseURL: `${url}/v1` },
      maxRetries: 0,
      useResponsesApi: false,
      ...(effort && { modelKwargs: { reasoning_effort: effort } }),
    }),
  responses: ({ url, apiKey, model, effort }) =>
    new ChatOpenAI({
      model,
      apiKey,
      configuration: { baseURL: `${url}/v1` },
      maxRetries: 0,
      useResponsesApi: true,
      zdrEnabled: true,
      modelKwargs: {
        include: ['reasoning.encrypted_content'],
        ...(effort && { reasoning: { effort, summary: 'auto' } }),
      },
    }),
  anthropic: ({ url, apiKey, model, effort }) =>
    new ChatAnthropic({
      model,
      apiKey,
      anthropicApiUrl: url,
      maxRetries: 0,
      maxTokens: 4_096,
      ...(effort && { thinking: { type: 'enabled', budget_tokens: 2_048 } }),
    }),
  google: ({ url, apiKey, model, effort }) =>
    new ChatGoogle({
      model,
      apiKey,
      endpoint: url,
      platformType: 'gai',
      maxRetries: 0,
      ...(effort && { thinkingConfig: { includeThoughts: true } }),
    }),
  'google-older': ({ url, apiKey, model, effort }) =>
    new ChatGoogleGenerativeAI({
      model,
      apiKey,
      baseUrl: url,
      maxRetries: 0,
      ...(effort && { thinkingConfig: { includeThoughts: true } }),
    }),
};

export async function run(task) {
  const { mode, prompt, tools, dialect } = task;
  const { asked, run: execute } = weather();
  const chat = dialects[dialect](task);
  const weatherTool = tool(execute, {
    name: 'weather',
    description: 'Tells the weather of a city',
    schema: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']).optional() }),
  });
  const bound = tools ? chat.bindTools([weatherTool]) : chat;
  const ask = mode === 'stream' ? streamed : whole;
  const messages = [new HumanMessage(prompt)];
  const answers = [];
  for (let step = 0; step < 5; step++) {
    const answer = await ask(bound, messages);
    answers.push(answer);
    const calls = answer.message.tool_calls ?? [];
    if (calls.length === 0) break;
    messages.push(answer.message, ...(await Promise.all(calls.map(call => weatherTool.invoke(call)))));
  }
  const { message, pieces } = answers.at(-1);
  return {
    text: message.text,
    thought: answers.map(({ message }) => thoughtOf(message)).join(''),
    finish: message.response_metadata.finish_reason ?? message.response_metadata.stop_reason,
    usage: usageOf(message.usage_metadata),
    asked,
    ...(pieces !== undefined && { pieces }),
  };
}

/** OpenAI's package keeps thoughts beside the content, the others in blocks of it. */
const thoughtOf = message =>
  message.additional_kwargs.reasoning_content ??
  message.contentBlocks.map(block => (block.type === 'reasoning' ? block.reasoning : '')).join('');

const usageOf = usage => ({
  prompt: usage?.input_tokens,
  completion: usage?.output_tokens,
  cached: usage?.input_token_details?.cache_read,
  reasoning: usage?.output_token_details?.reasoning,
});

async function streamed(chat, messages) {
  let message;
  let pieces = 0;
  for await (const chunk of await chat.stream(messages)) {
    if (chunk.text !== '') pieces++;
    message = message === undefined ? chunk : message.concat(chunk);
  }
  return { message, pieces };
}

const whole = async (chat, messages) => ({ message: await chat.invoke(messages) });
