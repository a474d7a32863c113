import { GatewayError } from '../../spec/gateway-error.ts';
import type { Provider } from '../../spec/provider.ts';
import type { ProviderKey, Target } from '../../spec/snapshot.ts';
import type { UpstreamRequest } from '../../spec/upstream.ts';
import type { Warning } from '../../spec/warning.ts';
import type { Call } from '../call.ts';
import type { Reading, Translated } from '../ingress/ingress.ts';
import { inlineMedia, mayHoldMedia } from '../media/inline-media.ts';
import { isOwnServer } from '../media/own-server.ts';
import { passThrough } from './pass-through.ts';
import { type RequestFrame, requestFrame } from './request-frame.ts';

export interface PreparedRequest {
  readonly request: UpstreamRequest;
  readonly warnings: readonly Warning[];
  /** How the answer will be read. */
  readonly reading: Reading;
}

/**
 * Builds what is sent to a target: the client's bytes where both speak one dialect, else a translation. A promise only
 * where the translation has to wait for something.
 */
export function prepareRequest(
  call: Call,
  target: Target,
  key: ProviderKey | null,
): PreparedRequest | Promise<PreparedRequest> {
  const { ingress } = call;
  const codec = target.provider.adapter!.operations[ingress.operation]!;
  const frame = requestFrame(target, codec, key, call.parsed!.stream);
  if (codec.native === ingress.dialect) {
    if (!isOwnServer(target.provider) || !mayHoldMedia(call.parsed!.body)) return passed(call, target, frame, null);
    return inlineMedia(call, target.provider).then(messages => passed(call, target, frame, messages));
  }
  const translated = ingress.translate(call, target, codec);
  if (!(translated instanceof Promise)) return prepared(call, target, frame, translated);
  return translated.then(content => prepared(call, target, frame, content));
}

function passed(call: Call, target: Target, frame: RequestFrame, messages: string | null): PreparedRequest {
  const { body, warnings } = passThrough(call.parsed!, frame.codec, target.model, messages);
  return { request: requestOf(call, target, frame, body), warnings, reading: call.ingress };
}

function prepared(call: Call, target: Target, frame: RequestFrame, content: Translated | null): PreparedRequest {
  if (content === null) throw new GatewayError('operation_unsupported', { detail: target.name });
  const { warnings, reading } = content;
  return { request: requestOf(call, target, frame, content.body, content.headers), warnings, reading };
}

const none: readonly string[] = [];

function requestOf(
  call: Call,
  target: Target,
  frame: RequestFrame,
  body: UpstreamRequest['body'],
  more: readonly string[] = none,
): UpstreamRequest {
  const request: UpstreamRequest = {
    origin: target.provider.origin,
    path: frame.path,
    method: 'POST',
    // Almost every call takes the frozen list as it is.
    headers: more.length === 0 && call.hops.length === 0 ? frame.headers : joined(call, frame, more),
    body,
  };
  const { adapter } = target.provider;
  return adapter?.sign === undefined || frame.key === null ? request : signed(request, adapter, frame.key);
}

/** Headers of a signature hold for this one request. */
function signed(request: UpstreamRequest, { sign }: Provider, { secret }: ProviderKey): UpstreamRequest {
  const signature = sign!(request, secret.reveal(), Date.now());
  return signature.length === 0 ? request : { ...request, headers: [...request.headers, ...signature] };
}

/** The list of the frame ends with `via`. */
const joined = ({ hops }: Call, { headers }: RequestFrame, more: readonly string[]): readonly string[] => [
  ...headers.slice(0, -1),
  [...hops, headers.at(-1)!].join(', '),
  ...more,
];
