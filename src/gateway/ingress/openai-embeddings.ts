import { scanBody } from '../body/scan-body.ts';
import { estimateInputTokens } from '../dialects/estimate.ts';
import { checkEmbeddingsReply } from '../dialects/openai-embeddings/reply.ts';
import { readEmbeddingsRequest } from '../dialects/openai-embeddings/request.ts';
import { translateEmbeddings } from '../translation/translate-embeddings.ts';
import type { Ingress } from './ingress.ts';
import { openaiClient } from './openai-client.ts';

/** `POST /v1/embeddings`. */
export const openaiEmbeddings: Ingress = {
  client: openaiClient,
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
};
