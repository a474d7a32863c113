import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../spec/gateway-error.ts';
import { uuidv7 } from '../spec/ids.ts';
import { answerHeaders } from '../spec/limits.ts';
import type { SpendSums } from '../spec/store.ts';
import { type ClientDialect, clientOf, readPathCall } from './ingress/index.ts';
import { registerResponseRoutes } from './kept/response-routes.ts';
import type { Stages } from './pipeline.ts';
import { knownModel, knownModels, knownNames } from './routing/list-models.ts';
import { resolveModel } from './routing/resolve-model.ts';

/** What the routes about a key's own matters ask of the ledger; not on the way of a call. */
export interface KeyRoutes {
  readonly stages: Stages;
  /** Spend of a key today, in this month and in all, UTC. */
  readonly spendOfKey: (keyId: string) => Promise<{ today: SpendSums; month: SpendSums }>;
  /** Ledger rows of one call of this key, oldest attempt first; empty when there is none. */
  readonly callOfKey: (callId: string, keyId: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const asOurs = {
  preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
    const id = uuidv7();
    const { idHeader } = clientOfRequest(request);
    reply.headers({ 'x-request-id': id, ...(idHeader !== null && { [idHeader]: id }), ...answerHeaders });
  },
};

const clientOfRequest = ({ raw, keyInQuery }: FastifyRequest): ClientDialect =>
  clientOf(raw.url!, raw.headers, keyInQuery);

const contentVersions = ['/v1beta', '/v1alpha', '/gemini/v1', '/gemini/v1beta', '/gemini/v1alpha'];
/** Where models are listed, in the shape of whoever asks. */
const modelUrls = ['/v1/models', '/anthropic/v1/models', ...contentVersions.map(version => `${version}/models`)];

export function registerKeyRoutes(app: FastifyInstance, deps: KeyRoutes): void {
  for (const url of modelUrls) {
    app.get(url, asOurs, request => {
      const models = knownModels(request.snapshot!, request.principal!);
      return clientOfRequest(request).listModels(models, request.query as Readonly<Record<string, unknown>>);
    });
    // Names hold slashes, so the rest of the path is the name.
    app.get(`${url}/*`, asOurs, request => {
      if (readPathCall(request.raw.url!) !== null) throw new GatewayError('method_not_allowed');
      const { '*': name } = request.params as { '*': string };
      const known = [...knownNames(request.snapshot!, request.principal!)].includes(name);
      if (!known) resolveModel(request.snapshot!, request.principal!, name);
      return clientOfRequest(request).describeModel(knownModel(request.snapshot!, name));
    });
  }
  app.get('/v1/key', asOurs, request => describeKey(request, deps));
  app.get('/v1/calls/:id', asOurs, request => describeCall(request, deps));
  registerResponseRoutes(app, deps.stages, asOurs);
}

async function describeKey(request: FastifyRequest, deps: KeyRoutes) {
  const principal = request.principal!;
  const { today, month } = await deps.spendOfKey(principal.keyId);
  return {
    id: principal.keyId,
    name: principal.keyName,
    organization: principal.organization,
    team: principal.team,
    consumer: principal.consumer || null,
    models: principal.models,
    expires_at: Number.isFinite(principal.expiresAtMillis) ? new Date(principal.expiresAtMillis).toISOString() : null,
    limits: [],
    budgets: [],
    spend: { today, month },
  };
}

async function describeCall(request: FastifyRequest, deps: KeyRoutes) {
  const { id } = request.params as { id: string };
  const { keyId } = request.principal!;
  const recent = deps.stages.recent.find(id, keyId);
  const events = recent?.events ?? (UUID.test(id) ? await deps.callOfKey(id, keyId) : []);
  if (events.length === 0) throw new GatewayError('call_not_found', { param: 'id' });
  return { id, attempts: events, warnings: recent?.warnings ?? [] };
}
