/**
 * The floor of the platform: `node:http` and undici, bytes passed through untouched, nothing checked.
 * PORT and UPSTREAM_PORT from the environment.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

const pool = new Pool(`http://127.0.0.1:${process.env.UPSTREAM_PORT}`, { connections: 128, pipelining: 1 });
const headers = ['content-type', 'application/json', 'authorization', 'Bearer sk-upstream-0123456789'];
const ofTheConnection = new Set(['transfer-encoding', 'connection', 'keep-alive']);

class Passing implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    fields: Record<string, string | string[] | undefined>,
  ): void {
    const out: (string | string[])[] = [];
    for (const name in fields) {
      const value = fields[name];
      if (value !== undefined && !ofTheConnection.has(name)) out.push(name, value);
    }
    this.#response.writeHead(status, out);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    // A client that left never drains: without this its upstream connection would be lost to the pool.
    const resume = () => {
      this.#response.off('drain', resume).off('close', resume);
      controller.resume();
    };
    if (this.#response.destroyed) resume();
    else this.#response.once('drain', resume).once('close', resume);
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#response.headersSent) this.#response.destroy();
    else this.#response.writeHead(502).end(error.message);
  }
}

function forward(request: IncomingMessage, response: ServerResponse, body: Buffer | undefined): void {
  pool.dispatch({ path: request.url ?? '/', method: 'POST', headers, body }, new Passing(response));
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => forward(request, response, pieces.length > 1 ? Buffer.concat(pieces) : pieces[0]));
}

createServer({ keepAliveTimeout: 65_000 }, handle).listen({
  port: Number(process.env.PORT),
  host: '127.0.0.1',
  backlog: 1024,
});
