import { scanBody } from '../body/scan-body.ts';
import type { Call } from '../call.ts';
import {
  checkCountRequest,
  countable,
  estimatedCount,
  readCount,
  withTargetModel,
} from '../dialects/gemini-content/count-tokens.ts';
import { geminiClient } from './gemini-client.ts';
import type { Ingress } from './ingress.ts';

/** `POST …:countTokens`. Providers count for nothing, so its rows in the ledger hold no tokens and cost 0. */
export const geminiCountTokens: Ingress = {
  client: geminiClient,
  dialect: 'gemini-content',
  operation: 'count_tokens',
  free: true,
  urls: [],
  parse: (body, model = '') => {
    const scan = scanBody(body);
    checkCountRequest({ scan, model });
    return {
      body,
      scan,
      model,
      endUser: '',
      stream: false,
      includeUsage: false,
      maxTokens: null,
      choices: 1,
      inputEstimate: 0,
    };
  },
  withoutForeign: withTargetModel,
  readReply: readCount,
  answerHere: (call: Call) => (countable(call.policy!) ? null : estimatedCount(call.body)),
  // Only a provider of the same dialect is asked.
  translate: () => null,
};
