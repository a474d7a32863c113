import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';

export function metricsRoute(app: ControlApp, deps: ControlDependencies): void {
  app.get('/metrics', { config: { open: deps.metricsOpen }, schema: { hide: true } }, async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.metrics()),
  );
}
