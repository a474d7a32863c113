import { GatewayError } from '../../spec/gateway-error.ts';
import { type Codec, codecOf, type Provider } from '../../spec/provider.ts';
import type { ProviderKey, Target } from '../../spec/snapshot.ts';
import type { UpstreamRequest } from '../../spec/upstream.ts';
import type { Warning } from '../../spec/warning.ts';
import type { Call } from '../call.ts';
import type { Cleaned, Reading, Translated } from '../ingress/ingress.ts';
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
  const codec = codecFor(call, target);
  const frame = requestFrame(target, codec, key, call.parsed!.stream);
  if (codec.native === ingress.dialect) {
    if (codec.readsAddresses === false) {
      const cleaned = ingress.withoutForeign?.(call.parsed!, target.model) ?? null;
      const inlined = ingress.inlineSources?.(call, cleaned?.messages ?? null) ?? null;
      if (inlined === null) return passed(call, target, frame, cleaned);
      return inlined.then(messages => passed(call, target, frame, { messages, warnings: cleaned?.warnings ?? [] }));
    }
    const { conversation } = ingress;
    if (!isOwnServer(target.provider) || (conversation === undefined && !mayHoldMedia(call.parsed!.body))) {
      return passed(call, target, frame, ingress.withoutForeign?.(call.parsed!, target.model) ?? null);
    }
    return inlineMedia(call, target.provider, undefined, conversation).then(messages =>
      passed(call, target, frame, messages === null ? null : { messages, warnings: [] }),
    );
  }
  const translated = ingress.translate(call, target, codec);
  if (!(translated instanceof Promise)) return prepared(call, target, frame, translated);
  return translated.then(content => prepared(call, target, frame, content));
}

/** A call with a member that its own dialect's form of the provider ignores is translated into the other one. */
function codecFor({ ingress, parsed }: Call, { provider, model }: Target): Codec {
  const codec = provider.adapter!.operations[ingress.operation]!;
  const spoken = codecOf(codec, model, ingress.dialect);
  if (spoken.ignores === undefined) return spoken;
  const isLost = spoken.ignores.some(name => parsed!.scan.member(name) !== undefined);
  return isLost ? codecOf(codec, model, codec.native) : spoken;
}

function passed(call: Call, target: Target, frame: RequestFrame, cleaned: Cleaned | null): PreparedRequest {
  const { parsed, ingress } = call;
  const { messages = null, member = ingress.conversation } = cleaned ?? {};
  const { body, warnings: own } = passThrough(parsed!, frame.codec, target.model, messages, member);
  const warnings = cleaned === null ? own : [...cleaned.warnings, ...own];
  return { request: requestOf(call, target, frame, body, none, unsaid(call, frame)), warnings, reading: call.ingress };
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
  passed: readonly string[] = none,
): UpstreamRequest {
  const request: UpstreamRequest = {
    origin: target.provider.origin,
    path: frame.path,
    method: 'POST',
    // Almost every call takes the frozen list as it is.
    headers:
      more.length + passed.length === 0 && call.hops.length === 0 ? frame.headers : joined(call, frame, more, passed),
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

/** The list of the frame ends with `via`. What the caller says itself stands in place of what the adapter says. */
function joined(
  { hops }: Call,
  { headers }: RequestFrame,
  more: readonly string[],
  passed: readonly string[],
): readonly string[] {
  const names = passed.filter((_, index) => index % 2 === 0);
  const kept = headers.filter((_, index) => !names.includes(headers[index - (index % 2)]!));
  return [...kept.slice(0, -1), [...hops, headers.at(-1)!].join(', '), ...more, ...passed];
}

/** Headers of the caller that say something else than the adapter does; mostly none. */
function unsaid({ passed }: Call, { headers }: RequestFrame): readonly string[] {
  if (passed.length === 0) return none;
  const isSaid = (name: string, value: string) =>
    headers.some((each, index) => index % 2 === 0 && each === name && headers[index + 1] === value);
  return passed.filter((_, index) => {
    const at = index - (index % 2);
    return !isSaid(passed[at]!, passed[at + 1]!);
  });
}
