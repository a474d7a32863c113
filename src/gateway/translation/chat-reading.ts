import type { ChatCodec } from '../../spec/chat/chat-codec.ts';
import type { ChatPart } from '../../spec/chat/chat-stream.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { Framing } from '../../spec/provider.ts';
import type { Usage } from '../../spec/usage.ts';
import type { Reading, ReplyFacts } from '../ingress/ingress.ts';
import { streamFailure } from '../upstream/failures.ts';
import { framingForm } from './framings.ts';
import type { EncodeOptions, NeutralCall } from './neutral-dialect.ts';
import { contentLength } from './part-facts.ts';
import { TranslatedStream } from './translated-stream.ts';

/** Reads a provider's answer of another dialect and makes of it what the client expects. */
export function chatReading(codec: ChatCodec, call: NeutralCall, options: EncodeOptions, framing?: Framing): Reading {
  const { contentType, open } = framingForm(framing);
  return {
    streamType: contentType,
    readReply: (body, redact) => {
      const parts = decode(codec, body);
      let usage: Usage | null = null;
      let flags = '';
      let outputBytes = 0;
      for (const part of parts) {
        if (part.type === 'error') return { ...nothing, failure: streamFailure(part.error, redact) };
        if (part.type === 'usage') {
          usage = part.billed ?? part.usage;
          flags = part.flags ?? '';
        } else outputBytes += contentLength(part);
      }
      return { usage, flags, outputBytes, failure: null, body: call.answer(parts, options) };
    },
    openStream: ({ costOf, redact }) => {
      // A call costs what is on the bill, which the stream has read before its usage is written.
      const onBill = (usage: Usage): string | null => costOf(stream.usage ?? usage);
      const encoder = call.encoder({ ...options, costOf: onBill });
      const stream: TranslatedStream = new TranslatedStream(open(), codec.decoder(), encoder, redact);
      return stream;
    },
  };
}

const nothing: ReplyFacts = { usage: null, flags: '', outputBytes: 0, failure: null };

function decode(codec: ChatCodec, body: Buffer): readonly ChatPart[] {
  try {
    return codec.fromProvider(JSON.parse(body.toString('utf8')));
  } catch (error) {
    throw new GatewayError('upstream_invalid', {
      detail: error instanceof Error ? error.name : 'no answer',
      cause: error,
    });
  }
}
