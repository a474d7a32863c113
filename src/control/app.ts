import fastifySwagger from '@fastify/swagger';
import Fastify, { type FastifyRequest } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uuidv7 } from '../spec/ids.ts';
import { answerHeaders, clientTimes, httpLimits, limits } from '../spec/limits.ts';
import { backupRoute } from './backup/make-backup.ts';
import { healthRoutes } from './health/health.ts';
import { programVersion } from './health/program-version.ts';
import { statusRoute } from './health/show-status.ts';
import { authenticate } from './http/authenticate.ts';
import { hostCheck } from './http/check-host.ts';
import type { ControlApp, ControlDependencies } from './http/dependencies.ts';
import { refuseSocket, renderErrors, sendError, toGatewayError } from './http/errors.ts';
import { invalidInput } from './http/invalid-input.ts';
import { notFound } from './http/not-found.ts';
import { adminBodyBytes, readOnlyJson } from './http/read-json.ts';
import { createKeyRoute } from './keys/create-key.ts';
import { listKeysRoute } from './keys/list-keys.ts';
import { revokeKeyRoute } from './keys/revoke-key.ts';
import { metricsRoute } from './metrics/show-metrics.ts';
import { spendRoute } from './spend/report-spend.ts';
import { createTeamRoute } from './teams/create-team.ts';
import { listTeamsRoute } from './teams/list-teams.ts';
import { usageRoute } from './usage/list-usage.ts';

export type { ControlDependencies } from './http/dependencies.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a key. Every other route wants one. */
    readonly open?: boolean;
  }
}

/** In the order of docs/admin-api.md. */
const routes = [
  createKeyRoute,
  listKeysRoute,
  revokeKeyRoute,
  createTeamRoute,
  listTeamsRoute,
  spendRoute,
  usageRoute,
  backupRoute,
  statusRoute,
  metricsRoute,
  healthRoutes,
];

/** The control plane's HTTP side: the admin API, health and metrics. The caller listens and closes. */
export function buildControlApp(deps: ControlDependencies): ControlApp {
  const app = openServer();
  app.setValidatorCompiler<z.ZodType>(({ schema }) => data => {
    const result = z.safeParse(schema, data, { reportInput: true });
    return result.success ? { value: result.data } : { error: invalidInput(result.error.issues) };
  });
  app.setSerializerCompiler(serializerCompiler);
  readOnlyJson(app);
  renderErrors(app, deps.logger);
  guard(app, deps);
  writeAccessLine(app, deps);
  describeRoutes(app, deps);
  return app;
}

function openServer(): ControlApp {
  const app = Fastify({
    logger: false,
    genReqId: () => uuidv7(),
    bodyLimit: adminBodyBytes,
    requestTimeout: clientTimes.request,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { caseSensitive: true, maxParamLength: limits.paramLength },
    http: httpLimits,
    frameworkErrors: (error, request, reply) => void sendError(request, reply, toGatewayError(error)),
    clientErrorHandler: refuseSocket,
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = limits.connections;
  return app;
}

/** Before a body is read: is it meant for us, and may it be asked. What has no route needs no key to be told so. */
function guard(app: ControlApp, deps: ControlDependencies): void {
  const checkHost = hostCheck(deps.adminHost, deps.allowedHosts);
  const refusal = notFound(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      ...answerHeaders,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    checkHost(request.raw);
    if (request.is404) throw refusal(request, reply);
    if (request.routeOptions.config.open !== true) authenticate(request.raw, deps.verifyAdminKey);
  });
}

function writeAccessLine(app: ControlApp, { logger }: ControlDependencies): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      request_id: request.id,
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      total_ms: Math.round(reply.elapsedTime),
    };
    // Probes and scrapes come every few seconds and say nothing.
    if (line.route.startsWith('/admin/') || reply.statusCode >= 400) logger.info(line, 'admin');
    else logger.debug(line, 'admin');
  });
}

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '(none)';

/** Routes are registered after the plugin that collects their schemas. */
function describeRoutes(app: ControlApp, deps: ControlDependencies): void {
  app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Tollgate admin API', version: programVersion() },
      components: { securitySchemes: { adminKey: { type: 'http', scheme: 'bearer' } } },
      security: [{ adminKey: [] }],
    },
    transform: jsonSchemaTransform,
  });
  app.after(() => {
    for (const register of routes) register(app, deps);
    app.get('/admin/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());
  });
}
