import type { ChatCodec, EncodedRequest } from '../../spec/chat/chat-codec.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { Codec } from '../../spec/provider.ts';
import type { Target } from '../../spec/snapshot.ts';
import type { Warning } from '../../spec/warning.ts';
import type { Call } from '../call.ts';
import type { Translated } from '../ingress/ingress.ts';
import { knownAddresses } from '../media/inline-media.ts';
import { addressesIn, loadMedia } from '../media/load-media.ts';
import { isOnThisMachine, isOwnServer } from '../media/own-server.ts';
import { chatReading } from './chat-reading.ts';
import { jsonBytes } from './json-bytes.ts';
import type { NeutralCall, ParseNeutral } from './neutral-dialect.ts';
import { withQuirks } from './with-quirks.ts';

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
  const own = isOwnServer(provider);
  const wanted = own ? addressesIn(neutral.request) : (chat.remoteMedia?.(neutral.request) ?? NOTHING);
  if (wanted.length === 0) return translated(call, neutral, codec, chat, model);
  return withMedia(call, neutral, wanted, own && isOnThisMachine(provider)).then(whole =>
    translated(call, whole, codec, chat, model),
  );
}

function translated(call: Call, neutral: NeutralCall, codec: Codec, chat: ChatCodec, model: string): Translated {
  const parsed = call.parsed!;
  const encoded = withQuirks(encode(neutral, chat, model), codec.quirks, model);
  const options = {
    id: call.id.replaceAll('-', ''),
    model,
    createdSeconds: Math.floor(Date.now() / 1000),
    includeUsage: parsed.includeUsage,
    inputEstimate: parsed.inputEstimate,
  };
  return {
    body: jsonBytes(encoded.body, parsed.body),
    headers: encoded.headers ?? NOTHING,
    warnings: clientWarnings(neutral, encoded.warnings),
    reading: chatReading(chat, neutral, options, codec.framing),
  };
}

/** What cannot be written at all is named as the client knows it. */
function encode({ request, fieldName }: NeutralCall, chat: ChatCodec, model: string): EncodedRequest {
  try {
    return chat.toProvider(request, model);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.param === undefined || fieldName === undefined) throw error;
    throw error.about(fieldName(error.param));
  }
}

/** In the client's own names, where they are not those of codecs. */
function clientWarnings({ warnings, fieldName }: NeutralCall, encoded: readonly Warning[]): readonly Warning[] {
  const told =
    fieldName === undefined || encoded.length === 0
      ? encoded
      : encoded.map(warning => ({ ...warning, field: fieldName(warning.field) }));
  return warnings.length === 0 ? told : [...warnings, ...told];
}

/** Fetches what the provider does not read for itself; the bytes stay with the call for its other targets. */
async function withMedia(
  call: Call,
  neutral: NeutralCall,
  wanted: readonly string[],
  ownMachine: boolean,
): Promise<NeutralCall> {
  // A machine without the internet still serves what it is sent.
  const known = ownMachine ? await knownAddresses(wanted) : wanted;
  if (known.length === 0) return neutral;
  const leaving = new AbortController();
  call.onGone = () => leaving.abort();
  const request = await loadMedia(neutral.request, known, { signal: leaving.signal });
  call.neutral = { ...neutral, request };
  return call.neutral;
}
