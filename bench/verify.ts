import { readFileSync } from 'node:fs';
import { answerText, requestFile, type Shape, streamedDeltas } from './bodies.ts';
import type { Contender } from './contenders.ts';

/** Throws when a contender does not deliver the provider's answers: text, usage, every event of a stream and its end. */
export async function verify(contender: Contender): Promise<void> {
  for (const shape of ['2k', '100k'] as const) {
    const text = await ask(contender, shape);
    const { choices, usage } = JSON.parse(text) as {
      choices: readonly { message: { content: string } }[];
      usage: { total_tokens: number };
    };
    const good = choices[0]?.message.content === answerText && usage.total_tokens === 535;
    if (!good) throw new Error(`${contender.name} changes the answer: ${text.slice(0, 300)}`);
  }
  const stream = await ask(contender, '2k-stream');
  const events = stream.split('\n\n').filter(event => event.startsWith('data: '));
  const deltas = events.filter(event => /"content":"[^"]/.test(event)).length;
  const good = deltas === streamedDeltas && events.at(-1) === 'data: [DONE]' && stream.includes('"total_tokens":481');
  if (!good) throw new Error(`${contender.name} changes the stream (${deltas} deltas): ${stream.slice(-300)}`);
}

async function ask({ name, port, headers, alias }: Contender, shape: Shape): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer sk-bench-0123456789abcdef0123456789abcdef',
      ...Object.fromEntries(headers.map(header => header.split(': '))),
    },
    body: readFileSync(requestFile(alias, shape)),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${name} answers ${reply.status}: ${text.slice(0, 300)}`);
  return text;
}
