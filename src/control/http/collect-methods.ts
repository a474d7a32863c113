import type { FastifyInstance } from 'fastify';

/**
 * Remembers the routes that are registered from now on. The result tells which methods a path answers to; none when
 * there is no such route. Fastify itself only knows a route by its pattern.
 */
export function collectMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const routes = new Map<string, string[]>();
  app.addHook('onRoute', ({ url, method }) => {
    routes.set(url, [...(routes.get(url) ?? []), ...[method].flat()]);
  });
  return path => {
    const segments = path.split('/');
    const found = [...routes].find(([pattern]) => matches(pattern.split('/'), segments));
    return found ? [...new Set(found[1])].sort() : [];
  };
}

const matches = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]));
