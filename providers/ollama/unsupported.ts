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
const unsupported: readonly Unsupported[] = [
  { field: 'n', why: 'There is one choice per request.', asked: ({ choices = 1 }) => choices !== 1 },
  {
    field: 'logit_bias',
    why: 'Tokens cannot be biased.',
    asked: ({ logitBias = {} }) => Object.keys(logitBias).length > 0,
  },
  { field: 'user', why: 'Users are not told apart.', asked: ({ user }) => user !== undefined },
  {
    field: 'metadata',
    why: 'There is no metadata.',
    asked: ({ metadata = {} }) => Object.keys(metadata).length > 0,
  },
  {
    field: 'service_tier',
    why: 'Every request has the same tier.',
    asked: ({ serviceTier }) => serviceTier !== undefined && !PLAIN_TIERS.has(serviceTier),
  },
  {
    field: 'prompt_cache_key',
    why: 'What is cached is found by the beginning of the prompt.',
    asked: ({ cacheKey }) => cacheKey !== undefined,
  },
  {
    field: 'parallel_tool_calls',
    why: 'Several calls at once cannot be forbidden.',
    asked: ({ parallelToolCalls, tools = [] }) => parallelToolCalls === false && tools.length > 0,
  },
];

export function warnUnsupported(request: ChatRequest, writing: Writing): void {
  for (const { field, why, asked } of unsupported) if (asked(request)) writing.warn(field, 'dropped', why);
}
