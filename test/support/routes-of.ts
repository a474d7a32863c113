import type { FastifyInstance } from 'fastify';

export interface Route {
  readonly url: string;
  readonly methods: readonly string[];
}

/** Every route that an application answers, as it tells them itself: a tree with four characters a level. */
export function routesOf(app: Pick<FastifyInstance, 'printRoutes'>): readonly Route[] {
  const above: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [, indent, name, methods] = /^((?:│ {3}| {4})*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
      if (indent === undefined || name === undefined || methods === undefined) throw new Error(`no route: ${line}`);
      const level = indent.length / 4;
      // A wildcard is printed without the slash before it.
      const url = `${above.slice(0, level).join('')}${name === '*' ? '/*' : name}`.replace('//', '/');
      above[level] = name;
      return { url, methods: methods.split(', ') };
    });
}
