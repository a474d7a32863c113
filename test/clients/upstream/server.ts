import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropic } from './anthropic.ts';
import { gemini } from './gemini.ts';
import { openai } from './openai.ts';
import { Proofs } from './proofs.ts';
import { responses } from './responses.ts';
import { Refused, type Turn } from './scenario.ts';

export interface Request {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Either a whole answer or the text of each event of a stream. */
export type Reply = { readonly turn: Turn } & ({ readonly json: object } | { readonly events: readonly string[] });

/** One provider's API. `answer` throws `Refused` for a request that the provider would not take. */
export interface Dialect {
  readonly path: RegExp;
  answer(request: Request, proofs: Proofs): Reply;
  refusal(message: string): object;
}

/** A request that came in. */
export interface Seen {
  readonly url: string;
  readonly body: unknown;
  /** What the answer was, or why there was none. */
  readonly turn: Turn | null;
  readonly refused: string | null;
  /** Signatures given out before this request, and how many of them it held. */
  readonly issued: number;
  readonly returned: number;
}

export interface Upstream {
  readonly url: string;
  /** Forgets what it saw; a new conversation begins. */
  reset(): void;
  seen(): readonly Seen[];
  close(): void;
}

const dialects: readonly Dialect[] = [anthropic, gemini, openai, responses];

/** Stands in for the providers, and is as strict as they are. */
export async function openUpstream(): Promise<Upstream> {
  let seen: Seen[] = [];
  let proofs = new Proofs();
  const server = createServer(async (incoming, response) => {
    let text = '';
    incoming.setEncoding('utf8');
    for await (const piece of incoming) text += piece;
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const dialect = dialects.find(({ path }) => path.test(url.pathname));
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const body: Readonly<Record<string, unknown>> = text === '' ? {} : JSON.parse(text);
    proofs.begin();
    const issued = proofs.issued;
    const note = (turn: Turn | null, refused: string | null) =>
      seen.push({ url: url.pathname, body, turn, refused, issued, returned: proofs.returned });
    if (dialect === undefined) {
      note(null, 'there is nothing at this path');
      send(404, {});
      return;
    }
    try {
      const reply = dialect.answer({ url, headers: incoming.headers, body }, proofs);
      note(reply.turn, null);
      if ('json' in reply) {
        send(200, reply.json);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      for (const event of reply.events) response.write(event);
      response.end();
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      const message = error instanceof Error ? error.message : String(error);
      note(null, message);
      send(400, dialect.refusal(message));
    }
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reset: () => {
      seen = [];
      proofs = new Proofs();
    },
    seen: () => seen,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
