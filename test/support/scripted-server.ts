import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer, type TlsOptions } from 'node:tls';

/** Answers one request, byte by byte as the test wants it. */
export type Script = (socket: Socket, request: string) => void;

/** A server without any notion of HTTP but the end of a request. */
export interface ScriptedServer {
  readonly origin: string;
  readonly port: number;
  /** Every connection so far, closed ones included. */
  readonly sockets: readonly Socket[];
  /** Every whole request so far, as latin1 text. */
  readonly requests: readonly string[];
  answer(script: Script): void;
  close(): Promise<void>;
}

export async function scriptedServer(tls?: TlsOptions): Promise<ScriptedServer> {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  let script: Script = socket => socket.destroy();
  const serve = (socket: Socket) => {
    sockets.push(socket);
    let text = '';
    // A client that gives up resets its connection; that is for the test to see on its own side.
    socket.on('error', () => socket.destroy());
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
      for (let end = endOfRequest(text); end !== -1; end = endOfRequest(text)) {
        const request = text.slice(0, end);
        text = text.slice(end);
        requests.push(request);
        script(socket, request);
      }
    });
  };
  const server: Server = tls === undefined ? createServer(serve) : createSecureServer(tls, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    sockets,
    requests,
    answer(next) {
      script = next;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return -1;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length < head + 4 + length ? -1 : head + 4 + length;
}

/** Writes in pieces that arrive one by one, as far as a network lets one choose. */
export async function trickle(socket: Socket, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece, 'latin1');
    await new Promise(resolve => setImmediate(resolve));
  }
}
