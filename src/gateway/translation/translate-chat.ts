import type { Codec } from '../../spec/provider.ts';
import type { Call } from '../call.ts';
import type { Translated } from '../ingress/ingress.ts';
import { chatReading } from './chat-reading.ts';
import type { ParseNeutral } from './neutral-dialect.ts';

/** A chat call for a target of another dialect. Throws GatewayError where the request cannot be understood. */
export function translateChat(parse: ParseNeutral, call: Call, codec: Codec, model: string): Translated | null {
  if (codec.chat === undefined) return null;
  const parsed = call.parsed!;
  call.neutral ??= parse(JSON.parse(parsed.body.toString('utf8')));
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
