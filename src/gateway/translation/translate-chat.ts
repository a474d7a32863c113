import type { ChatCodec } from '../../spec/chat/chat-codec.ts';
import type { Codec } from '../../spec/provider.ts';
import type { Target } from '../../spec/snapshot.ts';
import type { Call } from '../call.ts';
import type { Translated } from '../ingress/ingress.ts';
import { addressesIn, loadMedia } from '../media/load-media.ts';
import { isOwnServer } from '../media/own-server.ts';
import { chatReading } from './chat-reading.ts';
import { jsonBytes } from './json-bytes.ts';
import type { NeutralCall, ParseNeutral } from './neutral-dialect.ts';

const NOTHING: readonly string[] = [];

/**
 * A chat call for a target of another dialect; a promise only where media have to be fetched for it. Throws, or rejects
 * with, GatewayError where the request cannot be understood.
 */
export function translateChat(
  parse: ParseNeutral,
  call: Call,
  codec: Codec,
  { provider, model }: Pick<Target, 'provider' | 'model'>,
): Translated | Promise<Translated> | null {
  const { chat } = codec;
  if (chat === undefined) return null;
  const neutral = call.neutral ?? parse(JSON.parse(call.parsed!.body.toString('utf8')));
  call.neutral = neutral;
  const wanted = isOwnServer(provider)
    ? addressesIn(neutral.request)
    : (chat.remoteMedia?.(neutral.request) ?? NOTHING);
  const translate = (whole: NeutralCall) => translated(call, whole, chat, codec.framing, model);
  return wanted.length === 0 ? translate(neutral) : withMedia(call, neutral, wanted).then(translate);
}

function translated(
  call: Call,
  neutral: NeutralCall,
  chat: ChatCodec,
  framing: Codec['framing'],
  model: string,
): Translated {
  const parsed = call.parsed!;
  const encoded = chat.toProvider(neutral.request, model);
  return {
    body: jsonBytes(encoded.body, parsed.body),
    headers: encoded.headers ?? NOTHING,
    warnings: neutral.warnings.length === 0 ? encoded.warnings : [...neutral.warnings, ...encoded.warnings],
    reading: chatReading(
      chat,
      neutral,
      {
        id: `chatcmpl-${call.id.replaceAll('-', '')}`,
        model,
        createdSeconds: Math.floor(Date.now() / 1000),
        includeUsage: parsed.includeUsage,
      },
      framing,
    ),
  };
}

/** Fetches what the provider does not read for itself; the bytes stay with the call for its other targets. */
async function withMedia(call: Call, neutral: NeutralCall, wanted: readonly string[]): Promise<NeutralCall> {
  const leaving = new AbortController();
  call.onGone = () => leaving.abort();
  const request = await loadMedia(neutral.request, wanted, { signal: leaving.signal });
  call.neutral = { ...neutral, request };
  return call.neutral;
}
