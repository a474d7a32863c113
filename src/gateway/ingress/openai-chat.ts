import { collect } from '../../spec/chat/collect.ts';
import { scanBody } from '../body/scan-body.ts';
import { renderChatError, renderChatErrorEvent } from '../dialects/openai-chat/errors.ts';
import { estimateInputTokens } from '../dialects/openai-chat/estimate.ts';
import { chatEncoder, encodeAnswer, toNeutral } from '../dialects/openai-chat/neutral/index.ts';
import { checkChatReply } from '../dialects/openai-chat/reply.ts';
import { readChatRequest } from '../dialects/openai-chat/request.ts';
import { ChatStreamReader } from '../dialects/openai-chat/stream.ts';
import type { NeutralCall } from '../translation/neutral-dialect.ts';
import { translateChat } from '../translation/translate-chat.ts';
import type { Ingress } from './ingress.ts';

/** `POST /v1/chat/completions`. */
export const openaiChat: Ingress = {
  dialect: 'openai-chat',
  operation: 'chat',
  urls: ['/v1/chat/completions', '/openai/v1/chat/completions'],
  parse: body => {
    const scan = scanBody(body);
    return { body, scan, ...readChatRequest(scan), inputEstimate: estimateInputTokens(body) };
  },
  readReply: checkChatReply,
  openStream: options => new ChatStreamReader(options),
  translate: (call, target, codec) => translateChat(neutralCall, call, codec, target),
  renderError: renderChatError,
  renderErrorEvent: renderChatErrorEvent,
  keepAlive: Buffer.from(': keep-alive\n\n'),
};

function neutralCall(body: unknown): NeutralCall {
  const { request, warnings, legacyFunctions } = toNeutral(body);
  return {
    request,
    warnings,
    encoder: options => chatEncoder({ ...options, legacyFunctions }),
    answer: (parts, options) => encodeAnswer(collect(parts), { ...options, legacyFunctions }),
  };
}
