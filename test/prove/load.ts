import type { ServerResponse } from 'node:http';
import { request } from 'node:http';
import { chunk, type Script, usageChunk } from '../support/fake-provider.ts';

/** What one client saw of one call. */
export interface SeenCall {
  /** Ours; null when not even headers came. */
  readonly id: string | null;
  /** The whole answer arrived: `[DONE]` of a stream, or every byte of a whole answer. */
  readonly finished: boolean;
  readonly status: number;
}

export const provedUsage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

/** Streams so many chunks with a pause between them; answers whole after the same time where no stream is asked for. */
export function pacedAnswer(chunks: number, gapMillis: number): Script {
  return (asked, response) => {
    if (asked.body.stream !== true) return void setTimeout(() => whole(response), chunks * gapMillis);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let left = chunks;
    const timer = setInterval(() => {
      if (response.destroyed) return clearInterval(timer);
      if (left-- > 0) return void response.write(chunk({ content: 'word ' }));
      clearInterval(timer);
      response.end(`${chunk({}, 'stop')}${usageChunk(provedUsage)}data: [DONE]\n\n`);
    }, gapMillis);
  };
}

function whole(response: ServerResponse): void {
  if (response.destroyed) return;
  const choices = [{ index: 0, message: { role: 'assistant', content: 'done' }, finish_reason: 'stop' }];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage: provedUsage }),
  );
}

/** So many callers, each one call after another, streams and whole answers in turn, until stopped. */
export function runLoad(url: string, key: string, callers: number, seen: SeenCall[]): { stop(): Promise<void> } {
  let running = true;
  const loops = Array.from({ length: callers }, async (_, caller) => {
    for (let turn = caller; running; turn++) {
      seen.push(await oneCall(url, key, turn % 2 === 0));
      if (seen.at(-1)?.status === 0) await new Promise(resolve => setTimeout(resolve, 20));
    }
  });
  return {
    stop: async () => {
      running = false;
      await Promise.all(loops);
    },
  };
}

function oneCall(url: string, key: string, stream: boolean): Promise<SeenCall> {
  return new Promise(resolve => {
    const body = JSON.stringify({ model: 'box/m', stream, messages: [{ role: 'user', content: 'prove it' }] });
    const call = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      agent: false,
    });
    call.on('error', () => resolve({ id: null, finished: false, status: 0 }));
    call.on('response', reply => {
      const id = String(reply.headers['x-request-id'] ?? '') || null;
      const status = reply.statusCode ?? 0;
      let text = '';
      reply.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      const end = (whole: boolean) => {
        const finished = status === 200 && (stream ? text.includes('data: [DONE]') : whole);
        resolve({ id, finished, status });
      };
      reply.on('end', () => end(reply.complete));
      reply.on('error', () => end(false));
      reply.on('aborted', () => end(false));
    });
    call.end(body);
  });
}
