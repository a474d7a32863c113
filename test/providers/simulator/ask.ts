import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import simulator from '../../../providers/simulator/index.ts';
import type { UpstreamFailure, UpstreamHandler, UpstreamRequest } from '../../../src/spec/upstream.ts';

export interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly failure: UpstreamFailure | null;
}

export const request = (path: string, body: unknown): UpstreamRequest => ({
  origin: 'https://simulator.invalid',
  path: `/v1${path}`,
  method: 'POST',
  headers: ['content-type', 'application/json'],
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** Sends one request through the simulator's own upstream client and hears it to its end. */
export function ask(path: string, body: unknown): Promise<Heard> {
  return new Promise(done => {
    let status = 0;
    let headers = {};
    let text = '';
    const end = (failure: UpstreamFailure | null) => done({ status, headers, text, failure });
    const handler: UpstreamHandler = {
      onHeaders: (given, all) => {
        status = given;
        headers = all;
      },
      onData: chunk => {
        text += chunk.toString('utf8');
      },
      onEnd: () => end(null),
      onError: end,
    };
    simulator.local!.send(request(path, body), handler);
  });
}

export async function chat(body: unknown): Promise<ChatCompletion> {
  return JSON.parse((await ask('/chat/completions', body)).text);
}

/** The chunks of a stream, which must end in `[DONE]`. */
export async function stream(body: object): Promise<ChatCompletionChunk[]> {
  const { text } = await ask('/chat/completions', { ...body, stream: true });
  const events = text.split('\n\n').filter(Boolean);
  if (events.pop() !== 'data: [DONE]') throw new Error('the stream did not end');
  return events.map(event => JSON.parse(event.slice('data: '.length)));
}

export const user = (content: unknown) => [{ role: 'user', content }];
