import type { IncomingMessage, ServerResponse } from 'node:http';
import { announceEnd } from './ending.ts';
import type { BodyMemory, BodyRead, Exchange, ExchangeOwner } from './exchange.ts';
import { bodyLeft, readBody } from './read-body.ts';

/** An exchange on Node's own HTTP server. */
export class NodeExchange implements Exchange {
  owner: ExchangeOwner | null = null;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
    response.on('close', () => {
      if (!response.writableFinished) this.owner?.clientGone();
    });
    response.on('drain', () => this.owner?.clientReady());
  }

  get method(): string {
    return this.#request.method!;
  }

  get rawHeaders(): readonly string[] {
    return this.#request.rawHeaders;
  }

  get socket(): Exchange['socket'] {
    return this.#request.socket;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return typeof value === 'object' ? value.join(', ') : value;
  }

  readBody(memory: BodyMemory, then: BodyRead): void {
    readBody(this.#request, memory, then);
  }

  get status(): number {
    return this.#response.headersSent ? this.#response.statusCode : 0;
  }

  get ended(): boolean {
    return this.#response.writableEnded;
  }

  get backedUp(): boolean {
    return this.#response.writableNeedDrain;
  }

  get waiting(): number {
    return this.#response.writableLength;
  }

  get delivered(): boolean {
    const response = this.#response;
    return response.destroyed || response.writableFinished || (response.writableEnded && response.writableLength === 0);
  }

  answer(status: number, head: string, body: Buffer): void {
    const headers = flat(head);
    headers.push('content-length', String(body.length));
    if (bodyLeft(this.#request)) {
      announceEnd(this.#request.socket);
      headers.push('connection', 'close');
    }
    this.#response.writeHead(status, headers);
    this.#response.end(body);
  }

  open(status: number, head: string): void {
    this.#response.writeHead(status, flat(head));
  }

  write(bytes: Buffer): boolean {
    return this.#response.write(bytes);
  }

  end(bytes: Buffer): void {
    this.#response.end(bytes);
  }

  destroy(): void {
    this.#response.destroy();
  }
}

/** A block of header lines as Node's flat list of names and values. */
function flat(head: string): string[] {
  const list: string[] = [];
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) list.push(line.slice(0, colon), line.slice(colon + 2));
  }
  return list;
}
