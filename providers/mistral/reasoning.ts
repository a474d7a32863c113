import type { ReasoningRequest } from '../../src/spec/chat/chat-request.ts';
import type { Writing } from '../openai-chat/options.ts';
import type { Thinking } from './models.ts';
import type { RequestJson } from './wire.ts';

const FIELD = 'reasoning_effort';

/** How much to think, in what the model takes of it. */
export function reasoningJson(
  asked: ReasoningRequest,
  thinking: Thinking,
  writing: Writing,
): Pick<RequestJson, 'reasoning_effort'> {
  if (asked.include === false) writing.warn('reasoning.exclude', 'dropped', 'Thoughts come with the answer.');
  const { effort, budgetTokens } = asked;
  const level = effort ?? (budgetTokens === undefined ? undefined : budgetTokens === 0 ? 'none' : 'high');
  if (level === undefined) return {};
  if (effort !== undefined && budgetTokens !== undefined) {
    writing.warn('reasoning.max_tokens', 'dropped', 'Thoughts have an effort, not a bound.');
  }
  switch (thinking) {
    case 'adjustable':
      return { reasoning_effort: adjusted(level, effort === undefined, writing) };
    case 'always':
      writing.warn(FIELD, 'dropped', 'This model always thinks, as much as it needs.');
      return {};
    case 'never':
      if (level !== 'none') writing.warn(FIELD, 'dropped', 'This model does not think.');
      return {};
    case 'other':
      if (effort === undefined) writing.warn('reasoning.max_tokens', 'approximated', 'It became an effort.');
      return { reasoning_effort: level };
  }
}

function adjusted(level: string, bounded: boolean, writing: Writing): string {
  if (bounded) writing.warn('reasoning.max_tokens', 'approximated', 'This model thinks or it does not.');
  else if (level !== 'none' && level !== 'high') {
    writing.warn(FIELD, 'approximated', 'This model knows none and high.');
  }
  return level === 'none' ? 'none' : 'high';
}
