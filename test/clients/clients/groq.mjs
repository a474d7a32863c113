import Groq from 'groq-sdk';
import { declaration, rounds, weather } from './weather.mjs';

/** It asks for `/openai/v1/chat/completions` below its base URL, so there is no path in it. */
export async function run({ mode, url, apiKey, model, prompt, tools, effort }) {
  const client = new Groq({ baseURL: url, apiKey, maxRetries: 0 });
  const { asked, run: execute } = weather();
  const messages = [{ role: 'user', content: prompt }];
  const ask = async () => {
    const body = {
      model,
      messages,
      ...(tools && { tools: [{ type: 'function', function: declaration }] }),
      ...(effort && { reasoning_effort: effort }),
    };
    if (mode === 'stream') {
      return await collected(
        await client.chat.completions.create({ ...body, stream: true, stream_options: { include_usage: true } }),
      );
    }
    const { choices, usage } = await client.chat.completions.create(body);
    return { ...choices[0], usage };
  };
  const answers = await rounds({
    ask,
    calls: said => said.message.tool_calls ?? [],
    answer: (said, called) => {
      messages.push(said.message);
      for (const call of called) {
        const content = execute(JSON.parse(call.function.arguments));
        messages.push({ role: 'tool', tool_call_id: call.id, content });
      }
    },
  });
  const { message, usage, finish_reason: finish, pieces } = answers.at(-1);
  return {
    text: message.content,
    thought: answers.map(said => said.message.reasoning_content ?? said.message.reasoning ?? '').join(''),
    finish,
    usage: {
      prompt: usage?.prompt_tokens,
      completion: usage?.completion_tokens,
      cached: usage?.prompt_tokens_details?.cached_tokens,
    },
    asked,
    ...(pieces !== undefined && { pieces }),
  };
}

async function collected(stream) {
  const message = { role: 'assistant', content: '', reasoning_content: '' };
  const calls = [];
  let usage;
  let finish;
  let pieces = 0;
  for await (const chunk of stream) {
    usage = chunk.usage ?? usage;
    const choice = chunk.choices[0];
    if (choice === undefined) continue;
    finish = choice.finish_reason ?? finish;
    if (choice.delta.content) pieces++;
    message.content += choice.delta.content ?? '';
    message.reasoning_content += choice.delta.reasoning_content ?? '';
    for (const { index, id, function: said } of choice.delta.tool_calls ?? []) {
      calls[index] ??= { id, type: 'function', function: { name: said.name, arguments: '' } };
      calls[index].function.arguments += said.arguments ?? '';
    }
  }
  const { reasoning_content: thought, ...rest } = message;
  const whole = {
    ...rest,
    ...(thought && { reasoning_content: thought }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return { message: whole, usage, finish_reason: finish, pieces };
}
