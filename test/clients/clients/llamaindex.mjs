import { anthropic } from '@llamaindex/anthropic';
import { tool } from '@llamaindex/core/tools';
import { gemini } from '@llamaindex/google';
import { openai, openaiResponses } from '@llamaindex/openai';
import { agent, agentStreamEvent, agentToolCallEvent } from '@llamaindex/workflow';
import { z } from 'zod';
import { rounds, weather } from './weather.mjs';

const aliases = {
  'openai/gpt-5.2': 'gemini-1.5-pro-001',
  'anthropic/claude-sonnet-4-5': 'gemini-1.5-pro-002',
  'gemini/gemini-3.5-flash': 'gemini-1.5-flash-001',
};

/** Each package with the base URL that it expects. */
const dialects = {
  chat: ({ url, apiKey, model }) => openai({ model, apiKey, baseURL: `${url}/v1`, maxRetries: 0 }),
  responses: ({ url, apiKey, model }) =>
    openaiResponses({ model, apiKey, baseURL: `${url}/v1`, maxRetries: 0, store: false }),
  // It takes the address from the environment only.
  anthropic: ({ url, apiKey, model }) => {
    process.env.ANTHROPIC_BASE_URL = url;
    return anthropic({ model, apiKey, maxTokens: 4_096, maxRetries: 0 });
  },
  // Its agents take no model whose name they do not know, so an alias has it.
  google: ({ url, apiKey, model }) => gemini({ model: aliases[model], apiKey, httpOptions: { baseUrl: url } }),
};

/** It tells no usage of its own. */
export async function run(task) {
  const { mode, prompt, tools, dialect } = task;
  const { asked, run: execute } = weather();
  const llm = dialects[dialect](task);
  const weatherTool = tool(execute, {
    name: 'weather',
    description: 'Tells the weather of a city',
    parameters: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']).optional() }),
  });
  if (tools && mode === 'stream') return { ...(await agentic(llm, weatherTool, prompt)), usage: null, asked };
  const messages = [{ role: 'user', content: prompt }];
  if (mode === 'stream') {
    const pieces = [];
    for await (const { delta, raw } of await llm.chat({ messages, stream: true })) {
      // Of the Responses dialect it gives the last delta again with each event that follows.
      if (delta && (dialect !== 'responses' || raw?.type === 'response.output_text.delta')) pieces.push(delta);
    }
    return { text: pieces.join(''), usage: null, asked, pieces: pieces.length };
  }
  const answers = await rounds({
    ask: () => llm.exec({ messages, ...(tools && { tools: [weatherTool] }) }),
    calls: said => said.toolCalls,
    answer: said => messages.push(...said.newMessages),
  });
  return { text: textOf(answers.at(-1).newMessages.at(-1).content), usage: null, asked };
}

const textOf = content => (typeof content === 'string' ? content : content.map(part => part.text ?? '').join(''));

/** Its agent streams every answer and calls the tools itself, with models that it knows by their name. */
async function agentic(llm, weatherTool, prompt) {
  Object.defineProperty(llm, 'supportToolCall', { value: true });
  let pieces = [];
  for await (const event of agent({ llm, tools: [weatherTool] }).runStream(prompt)) {
    if (agentToolCallEvent.include(event)) pieces = [];
    if (agentStreamEvent.include(event) && event.data.delta) pieces.push(event.data.delta);
  }
  return { text: pieces.join(''), pieces: pieces.length };
}
