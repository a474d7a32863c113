import { collect } from '../../spec/chat/collect.ts';
import { scanBody } from '../body/scan-body.ts';
import { estimateInputTokens } from '../dialects/estimate.ts';
import { withoutForeignParts } from '../dialects/openai-chat/foreign-parts.ts';
import { chatEncoder, encodeAnswer, toNeutral } from '../dialects/openai-chat/neutral/index.ts';
import { checkChatReply } from '../dialects/openai-chat/reply.ts';
import { readChatRequest } from '../dialects/openai-chat/request.ts';
import { ChatStreamReader } from '../dialects/openai-chat/stream.ts';
import { wholeCallReading } from '../dialects/openai-chat/whole-call-stream.ts';
import type { EncodeOptions, NeutralCall } from '../translation/neutral-dialect.ts';
import { translateChat } from '../translation/translate-chat.ts';
import type { Ingress, Translated } from './ingress.ts';
import { openaiClient } from './openai-client.ts';

/** Their chunks have a schema that neither a piece of a call nor a `usage` of null fits. */
const TAKES_WHOLE_CALLS = /mistral/i;

/** `POST /v1/chat/completions`. */
export const openaiChat: Ingress = {
  client: openaiClient,
  dialect: 'openai-chat',
  operation: 'chat',
  urls: ['/v1/chat/completions', '/openai/v1/chat/completions'],
  parse: body => {
    const scan = scanBody(body);
    return { body, scan, ...readChatRequest(scan), inputEstimate: estimateInputTokens(body) };
  },
  readReply: checkChatReply,
  openStream: options => new ChatStreamReader(options),
  withoutForeign: withoutForeignParts,
  translate: (call, target, codec) => translateChat(neutralCall, call, codec, target),
  forClient: exchange => (TAKES_WHOLE_CALLS.test(exchange.header('user-agent') ?? '') ? wholeCallChat : null),
};

const wholeCallChat: Ingress = {
  ...openaiChat,
  ...wholeCallReading(openaiChat),
  translate: (call, target, codec) => {
    const translated = translateChat(wholeCall, call, codec, target);
    return translated instanceof Promise ? translated.then(withWholeCalls) : translated && withWholeCalls(translated);
  },
};

const withWholeCalls = (translated: Translated): Translated => ({
  ...translated,
  reading: wholeCallReading(translated.reading),
});

function wholeCall(body: unknown): NeutralCall {
  const call = neutralCall(body);
  return { ...call, encoder: options => call.encoder({ ...options, includeUsage: true }) };
}

const named = (options: EncodeOptions): EncodeOptions => ({ ...options, id: `chatcmpl-${options.id}` });

function neutralCall(body: unknown): NeutralCall {
  const { request, warnings, legacyFunctions } = toNeutral(body);
  return {
    request,
    warnings,
    encoder: options => chatEncoder({ ...named(options), legacyFunctions }),
    answer: (parts, options) => encodeAnswer(collect(parts), { ...named(options), legacyFunctions }),
  };
}
