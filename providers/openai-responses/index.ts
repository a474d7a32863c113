import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import type { Codec, Quirk } from '../../src/spec/provider.ts';
import { isFields } from '../openai-chat/options.ts';
import { ResponsesDecoder } from './decoder.ts';
import { toProvider } from './to-provider.ts';
import type { ResponsesOptions } from './writing.ts';

export type { ResponsesOptions } from './writing.ts';

/** How far an answer has come that is not there yet. */
const OPEN: ReadonlySet<unknown> = new Set(['queued', 'in_progress']);

/** Translates to and from OpenAI's Responses dialect, in the variant that the options describe. */
export function responsesChat(options: ResponsesOptions = {}): ChatCodec {
  return Object.freeze({
    toProvider: (request, model) => toProvider(request, model, options),
    fromProvider: body => {
      if (!isFields(body)) throw new TypeError('an answer that is no object');
      const failed = body.status === 'failed' || (isFields(body.error) && !Array.isArray(body.output));
      if (!failed && !Array.isArray(body.output)) throw new TypeError('an answer without output');
      if (OPEN.has(body.status)) throw new TypeError('an answer that is not there yet');
      const decoder = new ResponsesDecoder();
      const parts = decoder.readResponse(failed ? { ...body, status: 'failed' } : body);
      return [...parts, ...decoder.end().parts];
    },
    decoder: () => new ResponsesDecoder(),
  } satisfies ChatCodec);
}

/** Chat by `POST /responses`, below a base URL that ends in the API's version. */
export const responsesCodec = (options: ResponsesOptions = {}, quirks: readonly Quirk[] = []): Codec => ({
  native: 'openai-responses',
  path: () => '/responses',
  quirks,
  chat: responsesChat(options),
});
