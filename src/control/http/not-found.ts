import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../../spec/gateway-error.ts';

/**
 * What to answer where a request has no route. Call it before any route is registered: Fastify itself only knows a
 * route by its pattern, so those that come are remembered.
 */
export function notFound(app: FastifyInstance): (request: FastifyRequest, reply: FastifyReply) => GatewayError {
  const routes = new Map<string, string[]>();
  app.addHook('onRoute', ({ url, method }) => {
    routes.set(url, [...(routes.get(url) ?? []), ...[method].flat()]);
  });
  return (request, reply) => {
    const segments = request.raw.url!.split('?', 1)[0]!.split('/');
    const found = [...routes].find(([pattern]) => matches(pattern.split('/'), segments));
    if (!found) return new GatewayError('unknown_url');
    reply.header('allow', [...new Set(found[1])].sort().join(', '));
    return new GatewayError('method_not_allowed');
  };
}

const matches = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]));
