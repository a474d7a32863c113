import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { isOurs } from './extra-members.ts';
import type { Warn } from './warn.ts';

interface Unsupported {
  /** As a client of OpenAI's dialect spells it. */
  readonly field: string;
  readonly why: string;
  /** The request asks for something that is not the default anyway. */
  readonly asked: (request: ChatRequest) => boolean;
}

const sets = (value: unknown): boolean => value !== undefined && value !== 0;

/** Members of a request that the API has no counterpart for. */
export const unsupported: readonly Unsupported[] = [
  { field: 'n', why: 'There is one choice per request.', asked: ({ choices = 1 }) => choices !== 1 },
  { field: 'seed', why: 'Sampling cannot be seeded.', asked: ({ seed }) => seed !== undefined },
  { field: 'frequency_penalty', why: 'There are no penalties.', asked: request => sets(request.frequencyPenalty) },
  { field: 'presence_penalty', why: 'There are no penalties.', asked: request => sets(request.presencePenalty) },
  { field: 'logprobs', why: 'Probabilities are not told.', asked: ({ logprobs }) => logprobs !== undefined },
  {
    field: 'logit_bias',
    why: 'Tokens cannot be biased.',
    asked: ({ logitBias = {} }) => Object.keys(logitBias).length > 0,
  },
  {
    field: 'prompt_cache_key',
    why: 'What is cached is marked with cache_control.',
    asked: ({ cacheKey }) => cacheKey !== undefined,
  },
];

/** What the request holds for other dialects at its top level is left out as well. */
export function warnUnsupported(request: ChatRequest, warn: Warn): void {
  for (const { field, why, asked } of unsupported) if (asked(request)) warn(field, 'dropped', why);
  for (const name of Object.keys(request.metadata ?? {})) {
    if (name !== 'user_id') warn(`metadata.${name}`, 'dropped', 'Metadata holds only the user.');
  }
  for (const [dialect, members] of Object.entries(request.extra ?? {})) {
    for (const name of Object.keys(members)) {
      if (!isOurs(dialect, name)) warn(name, 'dropped', 'This provider does not know it.');
    }
  }
}
