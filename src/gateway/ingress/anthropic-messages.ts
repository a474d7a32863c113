import type { ChatRequest } from '../../spec/chat/chat-request.ts';
import { scanBody } from '../body/scan-body.ts';
import { withoutForeignThoughts } from '../dialects/anthropic-messages/foreign-thoughts.ts';
import { inlineSources } from '../dialects/anthropic-messages/inline-sources.ts';
import { clientField, encodeMessage, messageEncoder, toNeutral } from '../dialects/anthropic-messages/neutral/index.ts';
import { checkMessagesReply } from '../dialects/anthropic-messages/reply.ts';
import { readMessagesRequest } from '../dialects/anthropic-messages/request.ts';
import { MessagesStreamReader } from '../dialects/anthropic-messages/stream.ts';
import { estimateInputTokens } from '../dialects/estimate.ts';
import type { EncodeOptions, NeutralCall } from '../translation/neutral-dialect.ts';
import { translateChat } from '../translation/translate-chat.ts';
import { anthropicClient } from './anthropic-client.ts';
import type { Ingress } from './ingress.ts';

/** `POST /v1/messages`. */
export const anthropicMessages: Ingress = {
  client: anthropicClient,
  dialect: 'anthropic-messages',
  operation: 'chat',
  urls: ['/v1/messages', '/anthropic/v1/messages'],
  usualQueries: ['?beta=true'],
  parse: body => {
    const scan = scanBody(body);
    const facts = readMessagesRequest(scan);
    // Its streams always tell usage, and there is one answer.
    return { body, scan, ...facts, includeUsage: true, choices: 1, inputEstimate: estimateInputTokens(body) };
  },
  withoutForeign: withoutForeignThoughts,
  inlineSources: (call, cleaned) => inlineSources(call, cleaned),
  readReply: checkMessagesReply,
  openStream: options => new MessagesStreamReader(options),
  translate: (call, target, codec) => translateChat(neutralCall, call, codec, target),
};

const named = (options: EncodeOptions, { stop = [] }: ChatRequest) => ({
  ...options,
  id: `msg_${options.id}`,
  stopSequences: stop,
});

function neutralCall(body: unknown): NeutralCall {
  const { request, warnings, hasSystem } = toNeutral(body);
  return {
    request,
    warnings,
    encoder: options => messageEncoder(named(options, request)),
    answer: (parts, options) => encodeMessage(parts, named(options, request)),
    fieldName: field => clientField(field, hasSystem),
  };
}
