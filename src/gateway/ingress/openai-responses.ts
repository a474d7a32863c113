import { scanBody } from '../body/scan-body.ts';
import { estimateInputTokens } from '../dialects/estimate.ts';
import { renderResponsesErrorEvent } from '../dialects/openai-responses/errors.ts';
import { withoutForeignThoughts } from '../dialects/openai-responses/foreign-thoughts.ts';
import {
  clientField,
  encodeResponse,
  flatten,
  responseEncoder,
  toNeutral,
} from '../dialects/openai-responses/neutral/index.ts';
import { checkResponsesReply } from '../dialects/openai-responses/reply.ts';
import { readResponsesRequest } from '../dialects/openai-responses/request.ts';
import { ResponsesStreamReader } from '../dialects/openai-responses/stream.ts';
import type { NeutralCall } from '../translation/neutral-dialect.ts';
import { translateChat } from '../translation/translate-chat.ts';
import type { ClientDialect } from './client-dialect.ts';
import type { Ingress } from './ingress.ts';
import { openaiClient } from './openai-client.ts';

const responsesClient: ClientDialect = { ...openaiClient, renderErrorEvent: renderResponsesErrorEvent };

/** `POST /v1/responses`. */
export const openaiResponses: Ingress = {
  client: responsesClient,
  dialect: 'openai-responses',
  operation: 'chat',
  urls: ['/v1/responses', '/openai/v1/responses'],
  conversation: 'input',
  parse: body => {
    const scan = scanBody(body);
    const facts = readResponsesRequest(scan);
    // Its streams always tell usage, and there is one answer.
    return { body, scan, ...facts, includeUsage: true, choices: 1, inputEstimate: estimateInputTokens(body) };
  },
  withoutForeign: withoutForeignThoughts,
  readReply: checkResponsesReply,
  openStream: options => new ResponsesStreamReader(options),
  translate: (call, target, codec) => translateChat(neutralCall, call, codec, target),
};

function neutralCall(body: unknown): NeutralCall {
  const asked = flatten(toNeutral(body));
  return {
    request: asked.request,
    warnings: asked.warnings,
    encoder: options => responseEncoder(options, asked),
    answer: (parts, options) => encodeResponse(parts, options, asked),
    fieldName: field => clientField(field, asked),
  };
}
