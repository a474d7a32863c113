import type { ChatCodec } from '../../spec/chat/chat-codec.ts';
import type { Codec } from '../../spec/provider.ts';
import type { Call } from '../call.ts';
import type { Translated } from '../ingress/ingress.ts';
import { loadMedia } from '../media/load-media.ts';
import { chatReading } from './chat-reading.ts';
import type { NeutralCall, ParseNeutral } from './neutral-dialect.ts';

/** A chat call for a target of another dialect. Throws GatewayError where the request cannot be understood. */
export async function translateChat(
  parse: ParseNeutral,
  call: Call,
  codec: Codec,
  model: string,
): Promise<Translated | null> {
  if (codec.chat === undefined) return null;
  const parsed = call.parsed!;
  call.neutral ??= parse(JSON.parse(parsed.body.toString('utf8')));
  call.neutral = await withMedia(call, call.neutral, codec.chat);
  const encoded = codec.chat.toProvider(call.neutral.request, model);
  return {
    body: Buffer.from(JSON.stringify(encoded.body)),
    headers: encoded.headers ?? [],
    warnings: [...call.neutral.warnings, ...encoded.warnings],
    reading: chatReading(codec.chat, call.neutral, {
      id: `chatcmpl-${call.id.replaceAll('-', '')}`,
      model,
      createdSeconds: Math.floor(Date.now() / 1000),
      includeUsage: parsed.includeUsage,
    }),
  };
}

/** Fetches what the provider does not read for itself; the bytes stay with the call for its other targets. */
async function withMedia(call: Call, neutral: NeutralCall, codec: ChatCodec): Promise<NeutralCall> {
  const wanted = codec.remoteMedia?.(neutral.request) ?? [];
  if (wanted.length === 0) return neutral;
  const leaving = new AbortController();
  call.onGone = () => leaving.abort();
  return { ...neutral, request: await loadMedia(neutral.request, wanted, { signal: leaving.signal }) };
}
