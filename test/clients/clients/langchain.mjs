import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { weather } from './weather.mjs';

export async function run({ mode, baseURL, apiKey, model, prompt, tools, effort }) {
  const { asked, run: execute } = weather();
  const chat = new ChatOpenAI({
    model,
    apiKey,
    configuration: { baseURL },
    maxRetries: 0,
    useResponsesApi: false,
    ...(effort && { modelKwargs: { reasoning_effort: effort } }),
  });
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
    thought: answers.map(answer => answer.message.additional_kwargs.reasoning_content ?? '').join(''),
    finish: message.response_metadata.finish_reason,
    usage: usageOf(message.usage_metadata),
    asked,
    ...(pieces !== undefined && { pieces }),
  };
}

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
