import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Writing } from '../openai-chat/options.ts';
import type { RequestJson } from './wire.ts';

type Member = 'temperature' | 'topP' | 'topK' | 'frequencyPenalty' | 'presencePenalty';

/** The name here and that of a client of OpenAI's dialect, with what the API takes. */
interface Range {
  readonly name: keyof RequestJson;
  readonly field: string;
  readonly least: number;
  readonly most: number;
}

const ranges: Readonly<Record<Member, Range>> = {
  temperature: { name: 'temperature', field: 'temperature', least: 0, most: 1 },
  topP: { name: 'p', field: 'top_p', least: 0.01, most: 0.99 },
  topK: { name: 'k', field: 'top_k', least: 0, most: 500 },
  frequencyPenalty: { name: 'frequency_penalty', field: 'frequency_penalty', least: 0, most: 1 },
  presencePenalty: { name: 'presence_penalty', field: 'presence_penalty', least: 0, most: 1 },
};

const MOST_STOPS = 5;

/** How the next token is chosen, and what ends the answer. */
export function samplingJson(request: ChatRequest, writing: Writing): Partial<RequestJson> {
  const { maxTokens, seed, logprobs } = request;
  return {
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...stopJson(request, writing),
    ...boundedJson(request, writing),
    ...(seed !== undefined && { seed: positive(seed, writing) }),
    ...(logprobs !== undefined && logprobsJson(logprobs, writing)),
  };
}

const boundedJson = (request: ChatRequest, writing: Writing): Partial<RequestJson> =>
  Object.fromEntries(
    Object.entries(ranges).flatMap(([member, { name, field, least, most }]) => {
      const wanted = request[member as Member];
      if (wanted === undefined) return [];
      const value = Math.min(Math.max(wanted, least), most);
      if (value !== wanted) writing.warn(field, 'clamped', `It is between ${least} and ${most} here.`);
      return [[name, value]];
    }),
  );

function stopJson({ stop = [] }: ChatRequest, writing: Writing): Partial<RequestJson> {
  if (stop.length === 0) return {};
  if (stop.length > MOST_STOPS) writing.warn('stop', 'clamped', `There are at most ${MOST_STOPS} here.`);
  return { stop_sequences: stop.slice(0, MOST_STOPS) };
}

function positive(seed: number, writing: Writing): number {
  if (seed < 0) writing.warn('seed', 'approximated', 'A seed is not negative.');
  return Math.abs(seed);
}

function logprobsJson({ top = 0 }: { readonly top?: number }, writing: Writing): Partial<RequestJson> {
  if (top > 0) writing.warn('top_logprobs', 'dropped', 'Only the probability of what was chosen is told.');
  return { logprobs: true };
}
