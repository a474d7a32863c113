import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenTokenRequest {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

export type TokenScript = (request: SeenTokenRequest, response: ServerResponse) => void | Promise<void>;

export interface TokenServer {
  readonly url: string;
  readonly seen: SeenTokenRequest[];
  answer(script: TokenScript): void;
  close(): Promise<void>;
}

/** A server that gives out tokens (`token-1`, `token-2`, …) as a test tells it to, over real HTTP on the loopback. */
export async function tokenServer(first: TokenScript = givesTokens()): Promise<TokenServer> {
  let script = first;
  const seen: SeenTokenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const entry = {
      path: request.url ?? '',
      contentType: request.headers['content-type'],
      form: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))),
    };
    seen.push(entry);
    await script(entry, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

export function givesTokens(lifetimeSeconds: number | string = 3600): TokenScript {
  let given = 0;
  return (_request, response) => {
    given++;
    tokenAnswer(200, { token_type: 'Bearer', expires_in: lifetimeSeconds, access_token: `token-${given}` })(
      _request,
      response,
    );
  };
}

export const tokenAnswer =
  (status: number, body: unknown, headers: Record<string, string> = {}): TokenScript =>
  (_request, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
