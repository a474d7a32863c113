import type { GenerateContentConfig } from '@google/genai';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { ModelFacts } from './models.ts';
import type { Warn } from './warn.ts';

export type Sampling = Pick<
  GenerateContentConfig,
  | 'candidateCount'
  | 'frequencyPenalty'
  | 'logprobs'
  | 'maxOutputTokens'
  | 'presencePenalty'
  | 'responseLogprobs'
  | 'seed'
  | 'stopSequences'
  | 'temperature'
  | 'topK'
  | 'topP'
>;

const MOST_STOPS = 5;
const MOST_LOGPROBS = 20;

/** https://ai.google.dev/api/generate-content#generationconfig */
export function samplingOf(request: ChatRequest, facts: ModelFacts, warn: Warn): Sampling {
  const { maxTokens, choices } = request;
  const seed = seedOf(request, warn);
  const stops = stopsOf(request, warn);
  return {
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(facts.sampling ? tuned(request, warn) : defaultsOnly(request, warn)),
    ...(seed !== undefined && { seed }),
    ...(choices !== undefined && choices !== 1 && { candidateCount: choices }),
    ...(stops.length > 0 && { stopSequences: [...stops] }),
    ...logprobsOf(request, warn),
  };
}

function tuned(request: ChatRequest, warn: Warn): Sampling {
  const { topP, topK, frequencyPenalty, presencePenalty } = request;
  const temperature = temperatureOf(request, warn);
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    // Some models refuse the member itself, so zero is not said.
    ...(frequencyPenalty && { frequencyPenalty }),
    ...(presencePenalty && { presencePenalty }),
  };
}

function defaultsOnly(request: ChatRequest, warn: Warn): Sampling {
  const { temperature = 1, topP = 1, topK, frequencyPenalty, presencePenalty } = request;
  const why = 'This model takes no sampling parameters.';
  if (temperature !== 1) warn('temperature', 'dropped', why);
  if (topP !== 1) warn('top_p', 'dropped', why);
  if (topK !== undefined) warn('top_k', 'dropped', why);
  if (frequencyPenalty) warn('frequency_penalty', 'dropped', why);
  if (presencePenalty) warn('presence_penalty', 'dropped', why);
  return {};
}

function temperatureOf({ temperature }: ChatRequest, warn: Warn): number | undefined {
  if (temperature === undefined || (temperature >= 0 && temperature <= 2)) return temperature;
  warn('temperature', 'clamped', 'The temperature of this provider is 0 to 2.');
  return Math.min(Math.max(temperature, 0), 2);
}

/** Seeds are 32 bits wide here. */
function seedOf({ seed }: ChatRequest, warn: Warn): number | undefined {
  if (seed === undefined || seed === (seed | 0)) return seed;
  warn('seed', 'approximated', 'Seeds of this provider have 32 bits; the lower ones are taken.');
  return Math.trunc(seed) | 0;
}

function stopsOf({ stop = [] }: ChatRequest, warn: Warn): readonly string[] {
  const given = stop.filter(text => text !== '');
  if (given.length < stop.length) warn('stop', 'dropped', 'An empty stop sequence is not taken.');
  if (given.length > MOST_STOPS) warn('stop', 'clamped', `At most ${MOST_STOPS} stop sequences are taken.`);
  return given.slice(0, MOST_STOPS);
}

function logprobsOf({ logprobs }: ChatRequest, warn: Warn): Pick<Sampling, 'logprobs' | 'responseLogprobs'> {
  if (logprobs === undefined) return {};
  const { top = 0 } = logprobs;
  if (top > MOST_LOGPROBS) warn('top_logprobs', 'clamped', `At most ${MOST_LOGPROBS} are told.`);
  return { responseLogprobs: true, ...(top > 0 && { logprobs: Math.min(top, MOST_LOGPROBS) }) };
}
