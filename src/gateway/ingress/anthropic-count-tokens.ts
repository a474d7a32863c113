import { scanBody } from '../body/scan-body.ts';
import type { Call } from '../call.ts';
import { countable, estimatedCount, readCount } from '../dialects/anthropic-messages/count-tokens.ts';
import { withoutForeignThoughts } from '../dialects/anthropic-messages/foreign-thoughts.ts';
import { inlineSources } from '../dialects/anthropic-messages/inline-sources.ts';
import { readMessagesRequest } from '../dialects/anthropic-messages/request.ts';
import { anthropicClient } from './anthropic-client.ts';
import type { Ingress } from './ingress.ts';

/** `POST /v1/messages/count_tokens`. Providers count for nothing, so its rows in the ledger hold no tokens and cost 0. */
export const anthropicCountTokens: Ingress = {
  client: anthropicClient,
  dialect: 'anthropic-messages',
  operation: 'count_tokens',
  free: true,
  urls: ['/v1/messages/count_tokens', '/anthropic/v1/messages/count_tokens'],
  usualQueries: ['?beta=true'],
  parse: body => {
    const scan = scanBody(body);
    const { model, endUser } = readMessagesRequest(scan);
    return {
      body,
      scan,
      model,
      endUser,
      stream: false,
      includeUsage: false,
      maxTokens: null,
      choices: 1,
      inputEstimate: 0,
    };
  },
  withoutForeign: withoutForeignThoughts,
  inlineSources: (call, cleaned) => inlineSources(call, cleaned),
  readReply: readCount,
  answerHere: (call: Call) => (countable(call.policy!) ? null : estimatedCount(call.body)),
  // Only a provider of the same dialect is asked.
  translate: () => null,
};
