import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import { OpenaiChatDecoder } from './decoder.ts';
import { isFields, type OpenaiChatOptions } from './options.ts';
import { remoteFiles } from './remote-media.ts';
import { toProvider } from './to-provider.ts';

export type { OpenaiChatOptions } from './options.ts';

/** Translates to and from OpenAI's chat dialect, in the variant that the options describe. */
export function openaiChatCodec(options: OpenaiChatOptions = {}): ChatCodec {
  return Object.freeze({
    ...(options.pdfOnly === true && { remoteMedia: remoteFiles }),
    toProvider: (request, model) => toProvider(request, model, options),
    fromProvider: body => {
      const decoder = new OpenaiChatDecoder();
      if (!isFields(body)) throw new TypeError('an answer that is no object');
      const parts = decoder.readBody(body);
      const failed = parts.some(part => part.type === 'error');
      if (!failed && !Array.isArray(body.choices)) throw new TypeError('an answer without choices');
      return [...parts, ...decoder.end().parts];
    },
    decoder: () => new OpenaiChatDecoder(),
  } satisfies ChatCodec);
}
