import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';

interface Unsupported {
  /** As a client of OpenAI's chat dialect spells it. */
  readonly field: string;
  readonly why: string;
  /** The request asks for something that is not the default anyway. */
  readonly asked: (request: ChatRequest) => boolean;
}

const sets = (value: unknown): boolean => value !== undefined && value !== 0;

/** Members of a request that the API has no counterpart for. */
export const unsupported: readonly Unsupported[] = [
  { field: 'n', why: 'There is one choice per request.', asked: ({ choices = 1 }) => choices !== 1 },
  { field: 'stop', why: 'There are no stop sequences.', asked: ({ stop = [] }) => stop.length > 0 },
  { field: 'seed', why: 'Sampling cannot be seeded.', asked: ({ seed }) => seed !== undefined },
  { field: 'top_k', why: 'Sampling is not cut by a count.', asked: ({ topK }) => topK !== undefined },
  { field: 'frequency_penalty', why: 'There are no penalties.', asked: request => sets(request.frequencyPenalty) },
  { field: 'presence_penalty', why: 'There are no penalties.', asked: request => sets(request.presencePenalty) },
  {
    field: 'logit_bias',
    why: 'Tokens cannot be biased.',
    asked: ({ logitBias = {} }) => Object.keys(logitBias).length > 0,
  },
];
