import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';

/** Yes or no only: what is wrong is for who has the admin key, at `/admin/v1/status`. */
export function healthRoutes(app: ControlApp, deps: ControlDependencies): void {
  const open = { config: { open: true }, schema: { hide: true } };
  app.get('/healthz', open, () => ({ status: 'ok' }));
  app.get('/readyz', open, (_request, reply) => {
    const { ready } = deps.status();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}
