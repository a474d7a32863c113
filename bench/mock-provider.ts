/** Answers every chat call at once with the same text, as JSON or as 50 chunks. Sends its port to the benchmark. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const head = { id: 'chatcmpl-bench', created: 1_700_000_000, model: 'bench' };
const usage = { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70 };
const word = 'benchmark ';

const whole = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: word.repeat(50) }, finish_reason: 'stop' }],
  usage,
});
const event = (delta: object, finish_reason: string | null) =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const events = [
  ...Array.from({ length: 50 }, () => event({ content: word }, null)),
  event({}, 'stop'),
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
  'data: [DONE]\n\n',
];

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (!body.includes('"stream":true')) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(whole);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const one of events) response.write(one);
  response.end();
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
