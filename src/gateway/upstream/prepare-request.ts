import { GatewayError } from '../../spec/gateway-error.ts';
import type { Codec } from '../../spec/provider.ts';
import type { Target } from '../../spec/snapshot.ts';
import type { UpstreamRequest } from '../../spec/upstream.ts';
import type { Warning } from '../../spec/warning.ts';
import type { Call } from '../call.ts';
import type { Reading } from '../ingress/ingress.ts';
import { passThrough } from './pass-through.ts';

const USER_AGENT = 'tollgate/0.1';

export interface PreparedRequest {
  readonly request: UpstreamRequest;
  readonly warnings: readonly Warning[];
  /** How the answer will be read. */
  readonly reading: Reading;
}

interface Content {
  readonly body: Buffer;
  readonly warnings: readonly Warning[];
  readonly headers?: readonly string[];
  readonly reading: Reading;
}

/** Builds what is sent to a target: the client's bytes where both speak one dialect, else a translation. */
export async function prepareRequest(call: Call, target: Target, key: string | null): Promise<PreparedRequest> {
  const { provider } = target;
  const adapter = provider.adapter!;
  const codec = adapter.operations[call.ingress.operation]!;
  const content = await contentFor(call, target, codec);
  return {
    warnings: content.warnings,
    reading: content.reading,
    request: {
      origin: provider.origin,
      path: provider.basePath + codec.path(target.model, call.parsed!.stream),
      method: 'POST',
      headers: [
        'content-type',
        'application/json',
        'accept',
        call.parsed!.stream ? 'text/event-stream' : 'application/json',
        'accept-encoding',
        'identity',
        'user-agent',
        USER_AGENT,
        ...adapter.authorize(key),
        ...(content.headers ?? []),
      ],
      body: content.body,
    },
  };
}

async function contentFor(call: Call, target: Target, codec: Codec): Promise<Content> {
  const { ingress } = call;
  if (codec.native === ingress.dialect) return { ...passThrough(call.parsed!, codec, target.model), reading: ingress };
  const translated = await ingress.translate(call, target, codec);
  if (translated === null) throw new GatewayError('operation_unsupported', { detail: target.name });
  return translated;
}
