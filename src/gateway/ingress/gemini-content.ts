import { scanBody } from '../body/scan-body.ts';
import { estimateInputTokens } from '../dialects/estimate.ts';
import { ArrayStreamReader } from '../dialects/gemini-content/array-stream.ts';
import { withoutForeignThoughts } from '../dialects/gemini-content/foreign-thoughts.ts';
import { arrayFrame, eventFrame, type StreamFrame } from '../dialects/gemini-content/frames.ts';
import { clientField, contentEncoder, encodeContent, toNeutral } from '../dialects/gemini-content/neutral/index.ts';
import { checkContentReply } from '../dialects/gemini-content/reply.ts';
import { readContentRequest } from '../dialects/gemini-content/request.ts';
import { ContentStreamReader } from '../dialects/gemini-content/stream.ts';
import type { NeutralCall, ParseNeutral } from '../translation/neutral-dialect.ts';
import { translateChat } from '../translation/translate-chat.ts';
import { geminiArrayClient, geminiClient } from './gemini-client.ts';
import type { Ingress, ParsedRequest } from './ingress.ts';

/** The path says whether the answer is a stream, so each form is a way in of its own. */
function content(stream: boolean, frame: () => StreamFrame) {
  const parse = (body: Buffer, pathModel = ''): ParsedRequest => {
    const scan = scanBody(body);
    const facts = readContentRequest(scan, pathModel);
    // Its streams always tell usage.
    return { body, scan, ...facts, stream, endUser: '', includeUsage: true, inputEstimate: estimateInputTokens(body) };
  };
  const neutral = neutralCall(stream, frame);
  return {
    client: geminiClient,
    dialect: 'gemini-content',
    operation: 'chat',
    conversation: 'contents',
    urls: [],
    parse,
    withoutForeign: withoutForeignThoughts,
    readReply: checkContentReply,
    translate: (call, target, codec) => translateChat(neutral, call, codec, target),
  } satisfies Ingress;
}

const neutralCall =
  (stream: boolean, frame: () => StreamFrame): ParseNeutral =>
  (body): NeutralCall => {
    const { request, warnings, places } = toNeutral(body, stream);
    return {
      request,
      warnings,
      encoder: options => contentEncoder(options, frame()),
      answer: encodeContent,
      fieldName: field => clientField(field, places),
    };
  };

/** `POST …:generateContent`. */
export const geminiContent: Ingress = content(false, eventFrame);

/** `POST …:streamGenerateContent?alt=sse`. */
export const geminiContentStream: Ingress = {
  ...content(true, eventFrame),
  openStream: options => new ContentStreamReader(options),
};

/** `POST …:streamGenerateContent`. A provider is asked for events all the same. */
export const geminiContentArray: Ingress = {
  ...content(true, arrayFrame),
  client: geminiArrayClient,
  openStream: options => new ArrayStreamReader(new ContentStreamReader(options)),
};
