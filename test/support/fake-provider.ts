import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly text: string;
  readonly body: Record<string, unknown>;
  /** The caller closed its connection before the answer was complete. */
  aborted: boolean;
}

export type Script = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

export interface FakeProvider {
  /** Base URL, `/v1` included. */
  readonly url: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** What answers from now on. */
  answer(script: Script): void;
  close(): Promise<void>;
}

/** A provider that answers as a test tells it to, over real HTTP on the loopback. */
export async function fakeProvider(first: Script = chatAnswer()): Promise<FakeProvider> {
  let script = first;
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const entry: SeenRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      text,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      aborted: false,
    };
    seen.push(entry);
    response.on('close', () => {
      if (!response.writableFinished) entry.aborted = true;
    });
    await script(entry, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    seen,
    answer: next => {
      script = next;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

export const defaultUsage = { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 };

/** A whole answer, or a stream where one is asked for. */
export function chatAnswer(text = 'Hello there', usage: object | null = defaultUsage): Script {
  return (request, response) => {
    if (request.body.stream === true) return void chatStream(text, usage)(request, response);
    json(200, {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: request.body.model,
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      ...(usage === null ? {} : { usage }),
    })(request, response);
  };
}

export function chunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
}

export const usageChunk = (usage: object): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`;

export function chatStream(text = 'Hello there', usage: object | null = defaultUsage): Script {
  return (request, response) => {
    const asked = (request.body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
    sse(response);
    response.write(chunk({ role: 'assistant', content: '' }));
    for (const word of text.split(/(?<= )/)) response.write(chunk({ content: word }));
    response.write(chunk({}, 'stop'));
    if (asked && usage !== null) response.write(usageChunk(usage));
    response.end('data: [DONE]\n\n');
  };
}

export function sse(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Script {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

export const errorAnswer = (status: number, message = 'no', headers: Record<string, string> = {}): Script =>
  json(status, { error: { message, type: 'server_error', param: null, code: null } }, headers);
