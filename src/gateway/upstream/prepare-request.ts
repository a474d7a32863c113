import { GatewayError } from '../../spec/gateway-error.ts';
import type { ProviderKey, Target } from '../../spec/snapshot.ts';
import type { UpstreamRequest } from '../../spec/upstream.ts';
import type { Warning } from '../../spec/warning.ts';
import type { Call } from '../call.ts';
import type { Reading, Translated } from '../ingress/ingress.ts';
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
    const { body, warnings } = passThrough(call.parsed!, codec, target.model);
    return { request: requestOf(target, frame, body, frame.headers), warnings, reading: ingress };
  }
  const translated = ingress.translate(call, target, codec);
  if (!(translated instanceof Promise)) return prepared(target, frame, translated);
  return translated.then(content => prepared(target, frame, content));
}

function prepared(target: Target, frame: RequestFrame, content: Translated | null): PreparedRequest {
  if (content === null) throw new GatewayError('operation_unsupported', { detail: target.name });
  const headers = content.headers.length === 0 ? frame.headers : [...frame.headers, ...content.headers];
  const { warnings, reading } = content;
  return { request: requestOf(target, frame, content.body, headers), warnings, reading };
}

const requestOf = (
  target: Target,
  frame: RequestFrame,
  body: UpstreamRequest['body'],
  headers: readonly string[],
): UpstreamRequest => ({ origin: target.provider.origin, path: frame.path, method: 'POST', headers, body });
