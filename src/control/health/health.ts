import type { FastifyRequest } from 'fastify';
import { isAdmin } from '../http/authenticate.ts';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';

/** Yes or no only; what is wrong, and what else should be known, is for who has the admin key. */
export function healthRoutes(app: ControlApp, deps: ControlDependencies): void {
  const open = { config: { open: true }, schema: { hide: true } };
  app.get('/healthz', open, () => ({ status: 'ok' }));
  app.get('/readyz', open, (request: FastifyRequest, reply) => {
    const { ready, problems, notes } = deps.status();
    const detail = isAdmin(request.raw, deps.verifyAdminKey) ? { problems, notes } : {};
    return reply.code(ready ? 200 : 503).send({ ready, ...detail });
  });
}
