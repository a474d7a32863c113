import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { samplingOf as claudeSampling } from '../anthropic/sampling.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { ModelFacts } from './models.ts';
import type { Thinking } from './thinking.ts';
import type { Json } from './wire.ts';

export interface Inference {
  readonly inferenceConfig: Json;
  /** For `additionalModelRequestFields`. */
  readonly modelFields: Json;
}

/** Bounds, sampling and ends of the answer. */
export function inferenceOf(request: ChatRequest, thinking: Thinking, facts: ModelFacts, warn: Warn): Inference {
  const { temperature, topP, topK } = samplingOf(request, thinking, facts, warn);
  const maxTokens = request.maxTokens ?? thinking.maxTokens;
  const stopSequences = stopsOf(request, facts, warn);
  return {
    inferenceConfig: {
      ...(maxTokens !== undefined && { maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(stopSequences.length > 0 && { stopSequences }),
    },
    modelFields: topK === undefined ? {} : topKFields(topK, facts, warn),
  };
}

type Sampling = Pick<ChatRequest, 'temperature' | 'topP' | 'topK'>;

function samplingOf(request: ChatRequest, thinking: Thinking, facts: ModelFacts, warn: Warn): Sampling {
  if (facts.claude !== null) {
    const { temperature, top_p, top_k } = claudeSampling(request, facts.claude, thinking.thinks, warn);
    return { temperature, topP: top_p, topK: top_k };
  }
  const { temperature, topP, topK } = request;
  if (thinking.unbounded) {
    const why = 'It cannot be set while the model thinks its hardest.';
    for (const [field, value] of Object.entries({ temperature, top_p: topP, top_k: topK })) {
      if (value !== undefined) warn(field, 'dropped', why);
    }
    return {};
  }
  if (temperature === undefined || (temperature >= 0 && temperature <= 1)) return { temperature, topP, topK };
  warn('temperature', 'clamped', 'The temperature of this provider is 0 to 1.');
  return { temperature: Math.min(Math.max(temperature, 0), 1), topP, topK };
}

/** The API itself has no member for it. */
function topKFields(topK: number, { topK: member }: ModelFacts, warn: Warn): Json {
  switch (member) {
    case 'top_k':
    case 'k':
      return { [member]: topK };
    case 'inferenceConfig.topK':
      return { inferenceConfig: { topK } };
    case 'none':
      warn('top_k', 'dropped', 'This model does not take it.');
      return {};
  }
}

function stopsOf({ stop = [] }: ChatRequest, facts: ModelFacts, warn: Warn): readonly string[] {
  const taken = stop.filter(text => (facts.claude === null ? text !== '' : text.trim() !== ''));
  if (taken.length < stop.length) warn('stop', 'dropped', 'A stop sequence of white space is not taken.');
  if (taken.length <= facts.mostStops) return taken;
  warn('stop', 'clamped', `This model takes ${facts.mostStops} stop sequences.`);
  return taken.slice(0, facts.mostStops);
}
