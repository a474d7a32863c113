import type { ChatRequest, ReasoningRequest } from '../../src/spec/chat/chat-request.ts';
import { type Fields, isFields, type Writing } from '../openai-chat/options.ts';
import type { ModelFacts } from './models.ts';
import type { RequestJson } from './wire.ts';

type ThinkingMember = Pick<RequestJson, 'thinking'>;

const FIELD = 'reasoning_effort';

/** Efforts as bounds in tokens; the higher ones have none. */
const budgets: Readonly<Record<string, number>> = { minimal: 1_024, low: 2_048, medium: 8_192 };
const UNBOUND = new Set(['high', 'xhigh', 'max']);

/** `{ type, token_budget }`, as this dialect has it, or `{ type, budget_tokens }`. */
export const givenThinking = ({ extra }: ChatRequest): Fields => {
  const thinking = extra?.anthropic?.thinking;
  return isFields(thinking) ? thinking : {};
};

/** Whether to think, and how much at most (https://docs.cohere.com/docs/reasoning). */
export function thinkingJson(request: ChatRequest, { thinks }: ModelFacts, writing: Writing): ThinkingMember {
  const asked = askedOf(request);
  const { effort, budgetTokens, include } = asked;
  const { type } = givenThinking(request);
  const bare = effort === undefined && budgetTokens === undefined;
  if (bare && typeof type !== 'string') {
    if (include === false) writing.warn('reasoning.exclude', 'dropped', 'Thoughts come with the answer.');
    return {};
  }
  const off = effort === 'none' || budgetTokens === 0 || (bare && type === 'disabled');
  if (!thinks) {
    if (!off) writing.warn(FIELD, 'dropped', 'This model does not think.');
    return {};
  }
  if (off) {
    const wanted = effort !== undefined && effort !== 'none' ? FIELD : budgetTokens ? 'reasoning.max_tokens' : null;
    if (wanted !== null) writing.warn(wanted, 'dropped', 'No thinking is asked for beside it.');
    return { thinking: { type: 'disabled' } };
  }
  if (include === false) writing.warn('reasoning.exclude', 'dropped', 'Thoughts come with the answer.');
  const budget = budgetOf(asked, request.maxTokens, writing);
  return { thinking: { type: 'enabled', ...(budget !== undefined && { token_budget: budget }) } };
}

function askedOf(request: ChatRequest): ReasoningRequest {
  const { token_budget: own } = givenThinking(request);
  const asked = request.reasoning ?? {};
  return Number.isSafeInteger(own) ? { budgetTokens: Number(own), ...asked } : asked;
}

function budgetOf({ effort, budgetTokens }: ReasoningRequest, bound: number | undefined, writing: Writing) {
  if (budgetTokens !== undefined) {
    if (effort !== undefined) writing.warn(FIELD, 'dropped', 'A bound in tokens is given, which says more.');
    return budgetTokens;
  }
  if (effort === undefined) return undefined;
  const wanted = Object.hasOwn(budgets, effort) ? budgets[effort]! : undefined;
  if (wanted === undefined) {
    const why = UNBOUND.has(effort) ? 'thinks as much as it needs' : 'does not know this effort';
    writing.warn(FIELD, 'approximated', `This model ${why}.`);
    return undefined;
  }
  // Thoughts count toward the caller's bound, and half of it is the answer's.
  const budget = Math.max(1, Math.min(wanted, Math.floor((bound ?? Infinity) / 2)));
  writing.warn(FIELD, 'approximated', `This model takes a bound in tokens, here ${budget}, in place of an effort.`);
  return budget;
}
