import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../spec/gateway-error.ts';
import { uuidv7 } from '../spec/ids.ts';
import { clientTimes } from '../spec/limits.ts';
import type { GatewayDependencies } from './app.ts';
import { checkServing, readySnapshot } from './app.ts';
import { Call } from './call.ts';
import { DirectListener } from './http/direct/direct-listener.ts';
import type { Exchange } from './http/exchange.ts';
import { refuseLate } from './http/refuse-socket.ts';
import { ingresses, type PathCall, readPathCall } from './ingress/index.ts';
import { serve } from './pipeline.ts';
import { idLines, JSON_HEAD } from './upstream/reply-head.ts';

/** Lets ordinary calls past Fastify and Node's HTTP server; everything else on the port stays with them. */
export function listenDirectly(app: FastifyInstance, deps: GatewayDependencies): DirectListener {
  const routes = new Map(
    ingresses.flatMap(ingress =>
      ingress.urls.flatMap(url => {
        const handler = (exchange: Exchange) => take(exchange, { ingress, route: url, ...inBody }, deps);
        return ['', ...(ingress.usualQueries ?? [])].map(query => [url + query, handler] as const);
      }),
    ),
  );
  const otherRoute = (target: string) => {
    const place = readPathCall(target);
    return place === null ? undefined : (exchange: Exchange) => take(exchange, place, deps);
  };
  return new DirectListener(app.server, { routes, otherRoute, times: deps.times ?? clientTimes, refuseLate });
}

/** The path names no model, and no key stands in the query. */
const inBody: Pick<PathCall, 'model' | 'queryKeys'> = { model: '', queryKeys: [] };

/** What Fastify's hooks and handlers do for the same request, in the same order. */
function take(exchange: Exchange, place: PathCall, deps: GatewayDependencies): void {
  let call: Call;
  try {
    const snapshot = readySnapshot(deps);
    const principal = deps.identify(exchange, snapshot, place.queryKeys);
    checkServing(deps);
    call = new Call(exchange, principal, snapshot, place.ingress, place.model);
  } catch (error) {
    refuse(exchange, place, error, deps);
    return;
  }
  serve(call, deps.stages);
}

function refuse(exchange: Exchange, { ingress, route }: PathCall, cause: unknown, deps: GatewayDependencies): void {
  const error = cause instanceof GatewayError ? cause : new GatewayError('internal_error', { cause });
  const id = uuidv7();
  const retry = error.retryAfter === undefined ? '' : `retry-after: ${error.retryAfter}\r\n`;
  exchange.answer(
    error.status,
    `${JSON_HEAD}${idLines(id, ingress.client)}${retry}`,
    ingress.client.renderError(error, id),
  );
  if (error.code === 'internal_error') deps.stages.log.failure(id, error);
  deps.stages.log.refused(id, exchange.method, route, error);
  deps.stages.observer.refused(error.code);
}
