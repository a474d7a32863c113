import OpenAI from 'openai';
import { declaration, rounds, weather } from './weather.mjs';

export function run(task) {
  const client = new OpenAI({ baseURL: `${task.url}/v1`, apiKey: task.apiKey, maxRetries: 0 });
  return task.dialect === 'responses' ? responses(client, task) : chat(client, task);
}

async function chat(client, { mode, model, prompt, tools, effort }) {
  const { asked, run: execute } = weather();
  const messages = [{ role: 'user', content: prompt }];
  let pieces = 0;
  const ask = async () => {
    const body = {
      model,
      messages,
      ...(tools && { tools: [{ type: 'function', function: declaration }] }),
      ...(effort && { reasoning_effort: effort }),
    };
    if (mode === 'whole') return await client.chat.completions.create(body);
    pieces = 0;
    const stream = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) pieces++;
    return await stream.finalChatCompletion();
  };
  const answers = await rounds({
    ask,
    calls: said => said.choices[0].message.tool_calls ?? [],
    answer: (said, called) => {
      messages.push(said.choices[0].message);
      for (const call of called) {
        const content = execute(JSON.parse(call.function.arguments));
        messages.push({ role: 'tool', tool_call_id: call.id, content });
      }
    },
  });
  const { choices, usage } = answers.at(-1);
  return {
    text: choices[0].message.content,
    thought: answers.map(said => said.choices[0].message.reasoning_content ?? '').join(''),
    finish: choices[0].finish_reason,
    usage: {
      prompt: usage?.prompt_tokens,
      completion: usage?.completion_tokens,
      cached: usage?.prompt_tokens_details?.cached_tokens,
      reasoning: usage?.completion_tokens_details?.reasoning_tokens,
    },
    asked,
    ...(mode === 'stream' && { pieces }),
  };
}

/** The stream helper adds what it parsed, and the API takes none of it. */
function asSent({ parsed_arguments: _, ...item }) {
  if (item.type !== 'message') return item;
  return { ...item, content: item.content.map(({ parsed: _, ...part }) => part) };
}

async function responses(client, { mode, model, prompt, tools, effort }) {
  const { asked, run: execute } = weather();
  const input = [{ role: 'user', content: prompt }];
  let pieces = 0;
  const ask = async () => {
    const body = {
      model,
      input,
      store: false,
      include: ['reasoning.encrypted_content'],
      ...(tools && { tools: [{ type: 'function', strict: false, ...declaration }] }),
      ...(effort && { reasoning: { effort, summary: 'auto' } }),
    };
    if (mode === 'whole') return await client.responses.create(body);
    pieces = 0;
    const stream = client.responses.stream(body);
    for await (const event of stream) if (event.type === 'response.output_text.delta') pieces++;
    return await stream.finalResponse();
  };
  const answers = await rounds({
    ask,
    calls: said => said.output.filter(item => item.type === 'function_call'),
    answer: (said, called) => {
      input.push(...said.output.map(asSent));
      for (const call of called) {
        const output = execute(JSON.parse(call.arguments));
        input.push({ type: 'function_call_output', call_id: call.call_id, output });
      }
    },
  });
  const { output_text: text, usage, status } = answers.at(-1);
  const thoughts = answers.flatMap(said => said.output.filter(item => item.type === 'reasoning'));
  return {
    text,
    thought: thoughts.flatMap(item => [...item.summary, ...(item.content ?? [])].map(part => part.text)).join(''),
    finish: status,
    usage: {
      prompt: usage?.input_tokens,
      completion: usage?.output_tokens,
      cached: usage?.input_tokens_details?.cached_tokens,
      reasoning: usage?.output_tokens_details?.reasoning_tokens,
    },
    asked,
    ...(mode === 'stream' && { pieces }),
  };
}
