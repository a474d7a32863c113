import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DirectListener } from '../../src/gateway/http/direct/direct-listener.ts';
import type { Exchange } from '../../src/gateway/http/exchange.ts';
import { NodeExchange } from '../../src/gateway/http/node-exchange.ts';
import { refuseLate } from '../../src/gateway/http/refuse-socket.ts';
import { type ClientTimes, clientTimes } from '../../src/spec/limits.ts';

export const route = '/v1/things';

export interface TestListener {
  readonly port: number;
  /** Exchanges by who took them from the wire. */
  readonly taken: { direct: number; node: number };
  /** Null for Node's own listener. */
  readonly direct: DirectListener | null;
  close(): Promise<void>;
}

export type OpenListener = (serve: (exchange: Exchange) => void, times?: Partial<ClientTimes>) => Promise<TestListener>;

/** Node's own HTTP server. */
export const nodeListener: OpenListener = serve => open(serve, {}, false);

/** The direct listener, with Node's server behind it. */
export const directListener: OpenListener = (serve, times = {}) => open(serve, times, true);

async function open(
  serve: (exchange: Exchange) => void,
  times: Partial<ClientTimes>,
  direct: boolean,
): Promise<TestListener> {
  const taken = { direct: 0, node: 0 };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    taken.node += 1;
    serve(new NodeExchange(request, response));
  });
  const routes = new Map([
    [
      route,
      (exchange: Exchange) => {
        taken.direct += 1;
        serve(exchange);
      },
    ],
  ]);
  const listener = direct
    ? new DirectListener(server, { routes, times: { ...clientTimes, ...times }, refuseLate })
    : null;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    direct: listener,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      listener?.closeAll();
      server.closeAllConnections();
      await closed;
    },
  };
}
