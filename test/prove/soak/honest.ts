import { Agent, type IncomingMessage, request } from 'node:http';
import type { SeenCall } from '../load.ts';
import { provedUsage } from '../load.ts';

const PATIENCE_MILLIS = 30_000;

export interface HonestTraffic {
  readonly seen: readonly SeenCall[];
  /** Why calls failed; empty while all is well. */
  readonly problems: readonly string[];
  /** Millis of each call that began before, or after, this time by `performance.now()`. */
  latencies(from: number, to: number): readonly number[];
  /** Begins no more calls and waits for those that run. */
  stop(): Promise<void>;
}

interface Timed {
  readonly began: number;
  readonly millis: number;
}

/**
 * Calls at a steady rate, whatever becomes of them: whole and streamed in turn, every key in turn, on kept connections
 * and on new ones. Every answer is read to its end and compared with what was asked.
 */
export function honestTraffic(url: string, keys: readonly string[], perSecond: number): HonestTraffic {
  const kept = new Agent({ keepAlive: true, maxSockets: 64 });
  const seen: SeenCall[] = [];
  const problems: string[] = [];
  const times: Timed[] = [];
  const running = new Set<Promise<void>>();
  let turn = 0;

  async function one(number: number): Promise<void> {
    const began = performance.now();
    const stream = number % 2 === 0;
    const content = `honest call number ${number} says this and nothing else`;
    const agent = number % 3 === 0 ? new Agent() : kept;
    try {
      const { reply, text } = await ask({ url, key: keys[number % keys.length]!, agent, stream, content });
      const wrong = mistakeIn(reply, text, stream, content);
      seen.push({
        id: String(reply.headers['x-request-id'] ?? '') || null,
        finished: wrong === '',
        status: reply.statusCode!,
      });
      if (wrong !== '') problems.push(`call ${number}: ${wrong}`);
    } catch (error) {
      seen.push({ id: null, finished: false, status: 0 });
      problems.push(`call ${number}: ${String(error)}`);
    }
    times.push({ began, millis: performance.now() - began });
  }

  const timer = setInterval(() => {
    const call = one(turn++);
    running.add(call);
    void call.finally(() => running.delete(call));
  }, 1000 / perSecond);

  return {
    seen,
    problems,
    latencies: (from, to) => times.filter(({ began }) => began >= from && began < to).map(({ millis }) => millis),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
      kept.destroy();
    },
  };
}

interface Question {
  readonly url: string;
  readonly key: string;
  readonly agent: Agent;
  readonly stream: boolean;
  readonly content: string;
}

function ask({ url, key, agent, stream, content }: Question): Promise<{ reply: IncomingMessage; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ reply: IncomingMessage; text: string }>();
  const body = JSON.stringify({
    model: 'box/m',
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
    messages: [{ role: 'user', content }],
  });
  const call = request(`${url}/v1/chat/completions`, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  });
  call.on('error', reject);
  call.on('response', reply => {
    let text = '';
    reply.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    reply.on('error', reject);
    reply.on('end', () => resolve({ reply, text }));
  });
  call.end(body);
  return promise;
}

interface Answer {
  readonly choices: readonly {
    readonly message?: { readonly content: string };
    readonly delta?: { readonly content?: string };
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}

/** What is not as it should be; empty where all is. */
function mistakeIn(reply: IncomingMessage, text: string, stream: boolean, content: string): string {
  if (reply.statusCode !== 200) return `status ${reply.statusCode}: ${text.slice(0, 300)}`;
  if (!reply.complete) return 'the answer was cut';
  if (stream && !text.endsWith('data: [DONE]\n\n')) return `a stream without its end: ${text.slice(-100)}`;
  const answers = (
    stream
      ? text
          .split('\n\n')
          .slice(0, -2)
          .map(event => event.slice('data: '.length))
      : [text]
  ).map(json => JSON.parse(json) as Answer);
  const said = answers.flatMap(({ choices }) =>
    choices.map(each => each.message?.content ?? each.delta?.content ?? ''),
  );
  if (said.join('') !== content) return `another answer: ${said.join('').slice(0, 100)}`;
  const usage = answers.at(-1)!.usage;
  const counted =
    usage?.prompt_tokens === provedUsage.prompt_tokens && usage.completion_tokens === provedUsage.completion_tokens;
  return counted ? '' : `other usage: ${JSON.stringify(usage)}`;
}
