import { GatewayError } from '../../spec/gateway-error.ts';
import { providerHeaders } from '../../spec/limits.ts';
import type { Codec, Provider } from '../../spec/provider.ts';
import type { ProviderKey, Target } from '../../spec/snapshot.ts';
import { framingForm } from '../translation/framings.ts';
import { ownHop } from './via.ts';

/** What every request of one operation to one target with one key has in common. */
export interface RequestFrame {
  readonly codec: Codec;
  readonly key: ProviderKey | null;
  readonly stream: boolean;
  readonly path: string;
  /** The same frozen list for every request, so that a client checks it and writes it out once. */
  readonly headers: readonly string[];
}

/** Frames go with their target, and targets with their snapshot; a provider has few keys, so a list is enough. */
const frames = new WeakMap<Target, RequestFrame[]>();

/** Built at the first request and used again by those that follow. */
export function requestFrame(target: Target, codec: Codec, key: ProviderKey | null, stream: boolean): RequestFrame {
  let known = frames.get(target);
  if (known === undefined) {
    known = [];
    frames.set(target, known);
  }
  for (const frame of known) {
    if (frame.key === key && frame.stream === stream && frame.codec === codec) return frame;
  }
  const frame = build(target, codec, key, stream);
  if (key?.isToken) frames.set(target, [...known.filter(other => !isReplaced(other.key, key)), frame]);
  else known.push(frame);
  return frame;
}

/** An earlier token for the same key, which nobody will send again. */
const isReplaced = (other: ProviderKey | null, key: ProviderKey): boolean =>
  other?.isToken === true && other.label === key.label && other !== key;

function build(target: Target, codec: Codec, key: ProviderKey | null, stream: boolean): RequestFrame {
  const { provider, model } = target;
  return {
    codec,
    key,
    stream,
    path: checked(provider.basePath + codec.path(model, stream), target),
    headers: Object.freeze([
      'accept',
      stream ? framingForm(codec.framing).contentType : 'application/json',
      ...Object.entries(providerHeaders).flat(),
      ...credentialHeaders(provider.adapter!, key),
      'via',
      ownHop,
    ]),
  };
}

const credentialHeaders = (adapter: Provider, key: ProviderKey | null): readonly string[] =>
  key?.isToken ? ['authorization', `Bearer ${key.secret.reveal()}`] : adapter.authorize(key?.secret.reveal() ?? null);

/** A path that a parser of URLs would read as another one could leave the provider's base URL. */
function checked(path: string, { provider, name }: Target): string {
  const url = URL.parse(provider.origin + path);
  // An adapter that answers in this process has no address.
  const kept = provider.origin === '' || (url?.origin === provider.origin && url.pathname + url.search === path);
  if (kept && path.startsWith(`${provider.basePath}/`)) return path;
  throw new GatewayError('model_not_found', { param: 'model', detail: `${name} leads to ${path}` });
}
