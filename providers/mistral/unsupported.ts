import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Writing } from '../openai-chat/options.ts';

interface Unsupported {
  /** As a client of OpenAI's dialect spells it. */
  readonly field: string;
  readonly why: string;
  /** The request asks for something that is not the default anyway. */
  readonly asked: (request: ChatRequest) => boolean;
}

/** Tiers that are what every request gets. */
const PLAIN_TIERS = new Set(['auto', 'default']);

/** Members of a request that the API has no counterpart for. */
export const unsupported: readonly Unsupported[] = [
  { field: 'top_k', why: 'Sampling is not cut by a count.', asked: ({ topK }) => topK !== undefined },
  { field: 'logprobs', why: 'Probabilities are not told.', asked: ({ logprobs }) => logprobs !== undefined },
  {
    field: 'logit_bias',
    why: 'Tokens cannot be biased.',
    asked: ({ logitBias = {} }) => Object.keys(logitBias).length > 0,
  },
  { field: 'user', why: 'Users are not told apart.', asked: ({ user }) => user !== undefined },
  {
    field: 'service_tier',
    why: 'Every request has the same tier.',
    asked: ({ serviceTier }) => serviceTier !== undefined && !PLAIN_TIERS.has(serviceTier),
  },
];

export function warnUnsupported(request: ChatRequest, writing: Writing): void {
  for (const { field, why, asked } of unsupported) if (asked(request)) writing.warn(field, 'dropped', why);
}
