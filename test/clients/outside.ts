import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The rest of the network, as clients see it: a proxy that refuses everything and remembers what it was asked for. It
 * catches those that mind a proxy, which all of these do.
 */
export async function openOutside() {
  let asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    // Whoever is refused may hang up at once.
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];
  return {
    environment: {
      ...Object.fromEntries(names.map(name => [name, url])),
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
    },
    asked: (): readonly string[] => asked,
    reset: () => {
      asked = [];
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
