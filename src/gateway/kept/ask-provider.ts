import { GatewayError } from '../../spec/gateway-error.ts';
import type { ProviderObject } from '../../spec/id-sealer.ts';
import { limits } from '../../spec/limits.ts';
import { codecOf } from '../../spec/provider.ts';
import type { Principal, ProviderKey, Snapshot, Target } from '../../spec/snapshot.ts';
import type { UpstreamRequest } from '../../spec/upstream.ts';
import { redact } from '../redact.ts';
import { mayUse } from '../routing/resolve-model.ts';
import { providerFailure } from '../upstream/failures.ts';
import { requestFrame } from '../upstream/request-frame.ts';
import type { UpstreamStages } from '../upstream/upstream-stages.ts';
import { wholeReply } from '../upstream/whole-reply.ts';

/** What is done with an object that lives at a provider. */
export interface ObjectRequest {
  readonly method: UpstreamRequest['method'];
  /** Behind the object's own path: empty, or `/cancel`. */
  readonly below: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
}

type Stages = Pick<UpstreamStages, 'network' | 'keys' | 'credentials' | 'learn'>;

/**
 * Asks the provider that keeps a response. It costs nothing there, so it is no attempt of a call and no row of the
 * ledger. Rejects with GatewayError: `model_not_found` where the key may not use the target any more, `provider_auth`,
 * `upstream_…`, or what the provider said.
 *
 * @param conceal a text without the provider's id of the object
 */
export async function askProvider(
  { snapshot, principal }: { readonly snapshot: Snapshot; readonly principal: Principal },
  object: ProviderObject,
  asked: ObjectRequest,
  stages: Stages,
  conceal: (text: string) => string,
): Promise<Buffer> {
  const target = targetOf(snapshot, principal, object);
  const key = await credentialOf(target, stages);
  const { provider } = target;
  const bounds = { name: target.name, millis: limits.providerObjectMillis, bytes: limits.upstreamReplyBytes };
  const request = requestOf(target, key, object, asked);
  const reply = await wholeReply(request, provider.adapter!.local ?? stages.network, bounds);
  if (reply.status >= 200 && reply.status < 300) return reply.body;
  const clean = (text: string) => conceal(redact(text, key?.secret.reveal() ?? null));
  const failure = providerFailure(provider.adapter!.toError(reply), reply, clean);
  stages.learn(target, key, failure);
  throw failure.error;
}

/** Throws `model_not_found` where the target is gone, or the key may use it neither by its name nor by an alias. */
function targetOf(snapshot: Snapshot, principal: Principal, { provider: name, model }: ProviderObject): Target {
  const provider = snapshot.providers.get(name);
  const target = { provider: provider!, model, name: `${name}/${model}`, weight: 1 };
  const leadsThere = () =>
    [...snapshot.policies.values()].some(
      policy =>
        mayUse(principal, policy.name) &&
        [...policy.targets, ...policy.fallbacks].some(each => each.name === target.name),
    );
  const usable = provider?.adapter && (mayUse(principal, target.name) || mayUse(principal, model) || leadsThere());
  if (usable) return target;
  throw new GatewayError('model_not_found', { detail: target.name });
}

async function credentialOf(target: Target, { keys, credentials }: Stages): Promise<ProviderKey | null> {
  const { provider } = target;
  if (provider.keys.length === 0 && provider.keyless) return null;
  const key = keys.pick(target, []);
  if (key === null) throw new GatewayError('provider_key_missing', { detail: target.name });
  return credentials.of(key);
}

function requestOf(
  target: Target,
  key: ProviderKey | null,
  { id }: ProviderObject,
  { method, below, query }: ObjectRequest,
): UpstreamRequest {
  const adapter = target.provider.adapter!;
  const chat = adapter.operations.chat;
  const codec = chat === undefined ? undefined : codecOf(chat, target.model, 'openai-responses');
  if (codec?.native !== 'openai-responses') throw new GatewayError('operation_unsupported', { detail: target.name });
  const frame = requestFrame(target, codec, key, false);
  const [path, usual] = frame.path.split('?', 2) as [string, string | undefined];
  const queries = [usual, query].filter(Boolean).join('&');
  const request: UpstreamRequest = {
    origin: target.provider.origin,
    path: `${path}/${encodeURIComponent(id)}${below}${queries === '' ? '' : `?${queries}`}`,
    method,
    // A copy: the frozen list is kept ready for calls.
    headers: [...frame.headers],
    body: method === 'POST' ? EMPTY : null,
  };
  const signature = key === null ? undefined : adapter.sign?.(request, key.secret.reveal(), Date.now());
  return signature === undefined ? request : { ...request, headers: [...request.headers, ...signature] };
}

const EMPTY = Buffer.alloc(0);
