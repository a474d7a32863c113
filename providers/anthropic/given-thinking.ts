import type Anthropic from '@anthropic-ai/sdk';
import type { ChatRequest, ReasoningRequest } from '../../src/spec/chat/chat-request.ts';
import type { ExtraMembers } from './extra-members.ts';
import type { Fields } from './fields.ts';
import type { ModelFacts } from './models.ts';
import { ANSWER, type Thinking, thinkingOf } from './thinking.ts';
import type { Warn } from './warn.ts';

/** What the caller says in the words of this API stands where the model takes it, and is told otherwise where not. */
export function wantedThinking(request: ChatRequest, facts: ModelFacts, extra: ExtraMembers, warn: Warn): Thinking {
  const { thinking } = extra;
  const { reasoning, maxTokens } = request;
  if (thinking === undefined) return thinkingOf(reasoning, facts, maxTokens, warn);
  const budget = Number(thinking.budget_tokens ?? 0);
  if (!isTaken(thinking.type, facts) || budget >= (maxTokens ?? Infinity))
    return thinkingOf(retold(thinking, reasoning), facts, maxTokens, warn);
  const least = budget + ANSWER;
  return {
    thinking: thinking as unknown as Anthropic.ThinkingConfigParam,
    ...(maxTokens === undefined && least > facts.maxTokens ? { maxTokens: least } : {}),
  };
}

function isTaken(type: unknown, facts: ModelFacts): boolean {
  switch (type) {
    case 'enabled':
      return facts.budgets;
    case 'adaptive':
      return facts.thinking === 'adaptive';
    case 'disabled':
      return facts.off === 'disabled' || facts.off === 'default';
    case 'between_tools':
      return facts.off === 'between_tools';
    default:
      return true;
  }
}

function retold({ type, budget_tokens }: Fields, reasoning: ReasoningRequest | undefined): ReasoningRequest {
  if (type === 'disabled' || type === 'between_tools') return { effort: 'none' };
  if (reasoning?.effort !== undefined) return reasoning;
  return Number.isSafeInteger(budget_tokens) ? { budgetTokens: Number(budget_tokens) } : { include: true };
}
