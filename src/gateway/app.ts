import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { GatewayError } from '../spec/gateway-error.ts';
import { uuidv7 } from '../spec/ids.ts';
import { answerHeaders, type ClientTimes, clientTimes, httpLimits, limits } from '../spec/limits.ts';
import type { Principal, Snapshot } from '../spec/snapshot.ts';
import type { Identify } from './auth/identify.ts';
import { Call } from './call.ts';
import { announceEnd, isEnding } from './http/ending.ts';
import { checkFraming } from './http/framing.ts';
import { NodeExchange } from './http/node-exchange.ts';
import { bodyLeft } from './http/read-body.ts';
import { refuseSocket } from './http/refuse-socket.ts';
import { clientOf, type Ingress, ingresses, type PathCall, readPathCall, withoutQueryKeys } from './ingress/index.ts';
import { type KeyRoutes, registerKeyRoutes } from './key-routes.ts';
import { type Stages, serve } from './pipeline.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a key. Every other route wants one. */
    readonly open?: boolean;
  }
  interface FastifyRequest {
    principal: Principal | null;
    snapshot: Snapshot | null;
    /** Its path names the model, so it is none of the router's. */
    pathCall: PathCall | null;
  }
}

export interface GatewayDependencies extends KeyRoutes {
  readonly identify: Identify;
  readonly snapshot: () => Snapshot | null;
  readonly stages: Stages;
  /** Why no calls can be taken at the moment; empty when they can. */
  readonly problems: () => readonly string[];
  /** The process is going down: `/readyz` says no, and each answer is the last one on its connection. */
  readonly leaving: () => boolean;
  /** The time for open calls is over: no new ones. */
  readonly stopping: () => boolean;
  /** Shorter ones in tests. */
  readonly times?: ClientTimes;
}

/** Keys that stood in the query of a request. */
const queryKeys = new WeakMap<IncomingMessage, readonly string[]>();

/** URLs that this gateway will answer one day; until then they say so. */
const planned = [
  '/v1/completions',
  '/v1/images/generations',
  '/v1/images/edits',
  '/v1/audio/speech',
  '/v1/audio/transcriptions',
  '/v1/audio/translations',
  '/v1/moderations',
  '/v1/rerank',
];

/** The data plane's HTTP side: routes, framing and authentication; everything after that is the pipeline's. */
export function buildGateway(deps: GatewayDependencies): FastifyInstance {
  const times = deps.times ?? clientTimes;
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: times.request,
    keepAliveTimeout: times.keepAlive,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // A key in the query is gone before anything else sees the URL.
    rewriteUrl: request => {
      const { target, keys } = withoutQueryKeys(request.url!);
      if (keys.length > 0) queryKeys.set(request, keys);
      return target;
    },
    routerOptions: { caseSensitive: true, maxParamLength: limits.paramLength },
    http: {
      ...httpLimits,
      // Ours to refuse: Node would go on with what stands behind such a request.
      requireHostHeader: false,
      headersTimeout: times.head,
      connectionsCheckingInterval: times.check,
    },
    // These pass no hook.
    frameworkErrors: (_error, request, reply) => {
      sendError(request, reply, framingProblem(request) ?? new GatewayError('unknown_url'), deps);
    },
    clientErrorHandler: refuseSocket,
  });
  app.server.maxConnections = limits.connections;
  app.decorateRequest('principal', null);
  app.decorateRequest('snapshot', null);
  app.decorateRequest('pathCall', null);
  app.removeAllContentTypeParsers();
  // The pipeline reads the body itself, after authentication and within the process's memory.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.addHook('onRequest', authenticate(deps));
  app.setErrorHandler((error, request, reply) => {
    // What a framework thinks of the body of a request that leads nowhere is of no interest.
    const nowhere = request.is404 && request.pathCall === null && !(error instanceof GatewayError);
    sendError(request, reply, nowhere ? notFound(app, request) : asGatewayError(error), deps);
  });
  app.setNotFoundHandler((request, reply) => {
    const place = request.pathCall;
    if (place === null) sendError(request, reply, notFound(app, request), deps);
    else serveCall(request, reply, place.ingress, place.model, deps);
  });

  registerHealth(app, deps);
  registerKeyRoutes(app, deps);
  for (const ingress of ingresses) registerOperation(app, ingress, deps);
  for (const url of planned) {
    app.post(url, () => {
      throw new GatewayError('not_built', { message: `${url} is not built yet.` });
    });
  }
  return app;
}

/** The configuration that a request is served with. */
export function readySnapshot(deps: GatewayDependencies): Snapshot {
  const snapshot = deps.snapshot();
  if (snapshot === null) throw new GatewayError('not_ready', { retryAfter: 1 });
  return snapshot;
}

export function checkServing(deps: GatewayDependencies): void {
  if (deps.stopping()) throw new GatewayError('shutting_down', { retryAfter: 1 });
  if (deps.problems().length > 0) throw new GatewayError('ledger_unavailable', { retryAfter: 1 });
}

function authenticate(deps: GatewayDependencies) {
  return (request: FastifyRequest, reply: FastifyReply, next: (error?: Error) => void) => {
    // Nobody is answered any more; the socket closes as soon as the last answer has left.
    if (isEnding(request.raw.socket)) return void reply.hijack();
    if (deps.leaving()) reply.raw.setHeader('connection', 'close');
    try {
      checkFraming(request.raw);
      if (request.is404 && request.method === 'POST') request.pathCall = readPathCall(request.raw.url!);
      // What does not exist needs no key to be told so; it tells nothing.
      if ((request.is404 && request.pathCall === null) || request.routeOptions.config.open === true) return next();
      const snapshot = readySnapshot(deps);
      request.principal = deps.identify(request.raw, snapshot, queryKeys.get(request.raw));
      request.snapshot = snapshot;
      next();
    } catch (error) {
      next(error as Error);
    }
  };
}

function registerOperation(app: FastifyInstance, ingress: Ingress, deps: GatewayDependencies): void {
  for (const url of ingress.urls) {
    app.post(url, (request, reply) => serveCall(request, reply, ingress, '', deps));
  }
}

function serveCall(
  request: FastifyRequest,
  reply: FastifyReply,
  ingress: Ingress,
  pathModel: string,
  deps: GatewayDependencies,
): void {
  checkServing(deps);
  reply.hijack();
  const exchange = new NodeExchange(request.raw, reply.raw);
  serve(new Call(exchange, request.principal!, request.snapshot!, ingress, pathModel), deps.stages);
}

function registerHealth(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get('/healthz', { config: { open: true } }, () => ({ status: 'ok' }));
  app.get('/readyz', { config: { open: true } }, (_request, reply) => {
    const ready = deps.snapshot() !== null && !deps.leaving() && deps.problems().length === 0;
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}

function framingProblem(request: FastifyRequest): GatewayError | null {
  try {
    checkFraming(request.raw);
    return null;
  } catch (error) {
    return asGatewayError(error);
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function notFound(app: FastifyInstance, request: FastifyRequest): GatewayError {
  const url = request.raw.url!.split('?', 1)[0]!;
  const other = readPathCall(url) !== null || METHODS.some(method => app.hasRoute({ url, method }));
  return new GatewayError(other ? 'method_not_allowed' : 'unknown_url');
}

function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 415) return new GatewayError('unsupported_media_type', { param: 'content-type' });
  return new GatewayError('internal_error', { cause: error });
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: GatewayError, deps: GatewayDependencies): void {
  const id = uuidv7();
  const client = clientOf(request.raw.url!, request.raw.headers);
  const body = client.renderError(error, id);
  reply.code(error.status).headers({
    'content-type': 'application/json',
    ...answerHeaders,
    'x-request-id': id,
    ...(client.idHeader !== null && { [client.idHeader]: id }),
  });
  if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter));
  if (bodyLeft(request.raw) || error.code === 'invalid_framing') {
    announceEnd(request.raw.socket);
    reply.header('connection', 'close');
  }
  reply.send(body);
  if (error.code === 'internal_error') deps.stages.log.failure(id, error);
  deps.stages.log.refused(id, request.method, request.pathCall?.route ?? request.routeOptions.url ?? '(none)', error);
  deps.stages.observer.refused(error.code);
}
