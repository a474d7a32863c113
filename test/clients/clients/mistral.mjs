import { Mistral } from '@mistralai/mistralai';
import { declaration, rounds, weather } from './weather.mjs';

/**
 * It asks for `/v1/chat/completions` below its server URL. A call of a stream has to come whole, and what was counted is
 * taken from the chunk that finishes a choice, as Mistral sends it.
 */
export async function run({ mode, url, apiKey, model, prompt, tools, effort }) {
  const client = new Mistral({ serverURL: url, apiKey });
  const { asked, run: execute } = weather();
  const messages = [{ role: 'user', content: prompt }];
  const ask = async () => {
    const body = {
      model,
      messages,
      ...(tools && { tools: [{ type: 'function', function: declaration }] }),
      ...(effort && { reasoningEffort: 'high' }),
    };
    if (mode === 'stream') return await collected(await client.chat.stream(body));
    const { choices, usage } = await client.chat.complete(body);
    return { message: choices[0].message, finish: choices[0].finishReason, usage };
  };
  const answers = await rounds({
    ask,
    calls: said => said.message.toolCalls ?? [],
    answer: (said, called) => {
      messages.push({ ...said.message, role: 'assistant' });
      for (const { id, function: call } of called) {
        const input = typeof call.arguments === 'string' ? JSON.parse(call.arguments) : call.arguments;
        messages.push({ role: 'tool', toolCallId: id, name: call.name, content: execute(input) });
      }
    },
  });
  const { message, finish, usage, pieces } = answers.at(-1);
  return {
    text: chunksOf(message.content).map(textOf).join(''),
    thought: answers.flatMap(said => chunksOf(said.message.content).map(thoughtOf)).join(''),
    finish,
    usage: { prompt: usage?.promptTokens, completion: usage?.completionTokens },
    asked,
    ...(pieces !== undefined && { pieces }),
  };
}

const chunksOf = content => (typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []));
const textOf = chunk => (chunk.type === 'text' ? chunk.text : '');
const thoughtOf = chunk => (chunk.type === 'thinking' ? chunk.thinking.map(textOf).join('') : '');

async function collected(stream) {
  const content = [];
  const toolCalls = [];
  let pieces = 0;
  for await (const { data } of stream) {
    const [choice] = data.choices;
    const chunks = chunksOf(choice.delta.content).filter(chunk => textOf(chunk) || chunk.type === 'thinking');
    content.push(...chunks);
    if (chunks.some(textOf)) pieces++;
    toolCalls.push(...(choice.delta.toolCalls ?? []));
    if (choice.finishReason) {
      const message = { content, ...(toolCalls.length > 0 && { toolCalls }) };
      return { message, finish: choice.finishReason, usage: data.usage, pieces };
    }
  }
  throw new Error('the stream ended without a finish');
}
