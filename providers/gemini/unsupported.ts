import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Warn } from './warn.ts';

interface Unsupported {
  /** As a client of OpenAI's dialect spells it. */
  readonly field: string;
  readonly why: string;
  /** The request asks for something that is not the default anyway. */
  readonly asked: (request: ChatRequest) => boolean;
}

/** Members of a request that the API has no counterpart for. */
export const unsupported: readonly Unsupported[] = [
  {
    field: 'logit_bias',
    why: 'Tokens cannot be biased.',
    asked: ({ logitBias = {} }) => Object.keys(logitBias).length > 0,
  },
  { field: 'user', why: 'The caller of the caller is not told.', asked: ({ user }) => user !== undefined },
  {
    field: 'metadata',
    why: 'There is no metadata.',
    asked: ({ metadata = {} }) => Object.keys(metadata).length > 0,
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

export function warnUnsupported(request: ChatRequest, warn: Warn): void {
  for (const { field, why, asked } of unsupported) if (asked(request)) warn(field, 'dropped', why);
}
