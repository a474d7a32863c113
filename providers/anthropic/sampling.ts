import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { ModelFacts } from './models.ts';
import type { Warn } from './warn.ts';

export interface Sampling {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
}

/** Under thinking top_p may only be this close to its default. */
const LEAST_TOP_P_THINKING = 0.95;

/** Temperature runs from 0 to 1 here. Members that say the default are left out in silence where they may not stand. */
export function samplingOf(request: ChatRequest, facts: ModelFacts, thinks: boolean, warn: Warn): Sampling {
  if (facts.sampling === 'none') return defaultsOnly(request, warn);
  if (thinks) return underThinking(request, warn);
  const { topP, topK } = request;
  const temperature = clamped(request.temperature, warn);
  const both = facts.sampling === 'one' && temperature !== undefined && topP !== undefined;
  if (both && topP !== 1) warn('top_p', 'dropped', 'This model takes temperature or top_p, not both.');
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined || both ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}

function clamped(temperature: number | undefined, warn: Warn): number | undefined {
  if (temperature === undefined || (temperature >= 0 && temperature <= 1)) return temperature;
  warn('temperature', 'clamped', 'The temperature of this provider is 0 to 1.');
  return Math.min(Math.max(temperature, 0), 1);
}

function defaultsOnly({ temperature = 1, topP = 1, topK }: ChatRequest, warn: Warn): Sampling {
  const why = 'This model takes no sampling parameters.';
  if (temperature !== 1) warn('temperature', 'dropped', why);
  if (topP !== 1) warn('top_p', 'dropped', why);
  if (topK !== undefined) warn('top_k', 'dropped', why);
  return {};
}

function underThinking({ temperature = 1, topP = 1, topK }: ChatRequest, warn: Warn): Sampling {
  const why = 'It cannot be set while the model thinks.';
  if (temperature !== 1) warn('temperature', 'dropped', why);
  if (topK !== undefined) warn('top_k', 'dropped', why);
  if (topP === 1) return {};
  if (topP >= LEAST_TOP_P_THINKING) return { top_p: topP };
  warn('top_p', 'dropped', why);
  return {};
}
