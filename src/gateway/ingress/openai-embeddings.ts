import { scanBody } from '../body/scan-body.ts';
import { renderChatError, renderChatErrorEvent } from '../dialects/openai-chat/errors.ts';
import { estimateInputTokens } from '../dialects/openai-chat/estimate.ts';
import { checkEmbeddingsReply } from '../dialects/openai-embeddings/reply.ts';
import { readEmbeddingsRequest } from '../dialects/openai-embeddings/request.ts';
import { translateEmbeddings } from '../translation/translate-embeddings.ts';
import type { Ingress } from './ingress.ts';

/** `POST /v1/embeddings`. */
export const openaiEmbeddings: Ingress = {
  dialect: 'openai-embeddings',
  operation: 'embeddings',
  urls: ['/v1/embeddings', '/openai/v1/embeddings'],
  parse: body => {
    const scan = scanBody(body);
    const { model, endUser } = readEmbeddingsRequest(scan);
    const inputEstimate = estimateInputTokens(body);
    return {
      body,
      scan,
      model,
      endUser,
      stream: false,
      includeUsage: false,
      maxTokens: null,
      choices: 1,
      inputEstimate,
    };
  },
  readReply: checkEmbeddingsReply,
  translate: (call, target, codec) => translateEmbeddings(call, codec, target.model),
  renderError: renderChatError,
  renderErrorEvent: renderChatErrorEvent,
  keepAlive: Buffer.alloc(0),
};
