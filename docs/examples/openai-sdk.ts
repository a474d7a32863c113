/**
 * OpenAI's SDK with Tollgate behind it. Only `baseURL` and `apiKey` differ from a program that calls OpenAI itself.
 *
 *   npm install openai
 *   node docs/examples/openai-sdk.ts
 *
 * TOLLGATE_URL, TOLLGATE_KEY and TOLLGATE_MODEL say where, as whom and which; without them it asks the simulator of the
 * gateway that `./install.sh` started.
 */
import { readFileSync } from 'node:fs';
import OpenAI, { NotFoundError } from 'openai';

const url = process.env.TOLLGATE_URL ?? 'http://127.0.0.1:4000';
const apiKey = process.env.TOLLGATE_KEY ?? readFileSync('data/quickstart.key', 'utf8').trim();
const model = process.env.TOLLGATE_MODEL ?? 'simulator/echo';
const messages = [{ role: 'user' as const, content: 'Hello, Tollgate!' }];

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey });

// A whole answer. Target, cost and the id that finds the call in log and ledger are in the headers.
const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
console.log('answer:', data.choices[0]?.message.content);
for (const name of ['x-tollgate-target', 'x-tollgate-cost-usd', 'x-request-id']) {
  console.log(`${name}:`, response.headers.get(name));
}

// A stream. Who asks for usage gets it in the last chunk, with our cost in it.
const stream = await client.chat.completions.create({
  model,
  messages,
  stream: true,
  stream_options: { include_usage: true },
});
let text = '';
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta.content ?? '';
  if (chunk.usage) console.log('usage:', JSON.stringify(chunk.usage));
}
console.log('streamed:', text);

// The models that this key may use.
for await (const known of client.models.list()) console.log('model:', known.id);

// Errors are the SDK's own classes. An unknown model names the nearest ones.
try {
  await client.chat.completions.create({ model: 'simulater/echo', messages });
} catch (error) {
  if (!(error instanceof NotFoundError)) throw error;
  console.log('error:', error.code, error.message);
}
