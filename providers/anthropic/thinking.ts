import type Anthropic from '@anthropic-ai/sdk';
import type { ReasoningRequest } from '../../src/spec/chat/chat-request.ts';
import type { ModelFacts } from './models.ts';
import type { Warn } from './warn.ts';

export interface Thinking {
  readonly thinking?: Anthropic.ThinkingConfigParam;
  readonly effort?: string;
  /** For the budget to fit where the caller set no bound. */
  readonly maxTokens?: number;
}

const LEAST_BUDGET = 1_024;
/** Left for the answer itself beside the thoughts. */
export const ANSWER = 4_096;

/** Efforts in tokens for models that only know budgets. Above 32 000 the API advises batches. */
const budgets: Readonly<Record<string, number>> = {
  minimal: LEAST_BUDGET,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_000,
  max: 32_000,
};
const LEVELS = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const FIELD = 'reasoning_effort';

/** No thinking is asked for, or none expressly. */
export const wantsThinking = (reasoning: ReasoningRequest | undefined): boolean =>
  reasoning !== undefined && !isOff(reasoning) && Object.values(reasoning).some(value => value !== undefined);

const isOff = ({ effort, budgetTokens, include }: ReasoningRequest): boolean =>
  effort === 'none' || budgetTokens === 0 || (include === false && effort === undefined && budgetTokens === undefined);

/** What the caller wants thought, in the words of the model. `bound` is the caller's limit of the whole answer. */
export function thinkingOf(
  reasoning: ReasoningRequest | undefined,
  facts: ModelFacts,
  bound: number | undefined,
  warn: Warn,
): Thinking {
  if (reasoning === undefined) return {};
  if (!wantsThinking(reasoning))
    return reasoning.effort === 'none' || reasoning.budgetTokens === 0 ? off(facts, warn) : {};
  if (facts.thinking === 'none') {
    warn(FIELD, 'dropped', 'This model does not think.');
    return {};
  }
  if (reasoning.effort !== undefined && !LEVELS.includes(reasoning.effort)) {
    warn(FIELD, 'approximated', 'The effort is not known here; the default takes its place.');
    return thinkingOf({ ...reasoning, effort: undefined, include: reasoning.include ?? true }, facts, bound, warn);
  }
  const inTokens = facts.thinking === 'budget' || (facts.budgets && reasoning.budgetTokens !== undefined);
  return inTokens ? budgeted(reasoning, facts, bound, warn) : adaptive(reasoning, facts, warn);
}

const switches: Readonly<Record<ModelFacts['off'], Thinking>> = {
  default: {},
  disabled: { thinking: { type: 'disabled' } },
  between_tools: { thinking: { type: 'between_tools' } },
  never: { effort: 'low' },
};

function off(facts: ModelFacts, warn: Warn): Thinking {
  if (facts.off === 'never') warn(FIELD, 'approximated', 'This model always thinks; it is asked to think little.');
  if (facts.off === 'between_tools') warn(FIELD, 'approximated', 'This model still thinks between tool calls.');
  return switches[facts.off];
}

const display = ({ include }: ReasoningRequest) => ({ display: include === false ? 'omitted' : 'summarized' }) as const;

function adaptive(reasoning: ReasoningRequest, facts: ModelFacts, warn: Warn): Thinking {
  const thinking: Anthropic.ThinkingConfigAdaptive = { type: 'adaptive', ...display(reasoning) };
  const { budgetTokens } = reasoning;
  if (reasoning.effort === undefined && budgetTokens === undefined) return { thinking };
  if (budgetTokens !== undefined) warn(FIELD, 'approximated', 'This model takes an effort and no bound in tokens.');
  const wanted = reasoning.effort ?? effortFor(budgetTokens!);
  const effort = nearest(wanted, facts.efforts);
  if (effort !== wanted) warn(FIELD, 'clamped', `The nearest effort of this model is ${effort}.`);
  return { thinking, effort };
}

const effortFor = (tokens: number): string => LEVELS.find(level => budgets[level]! >= tokens) ?? 'xhigh';

/** The highest level that asks for no more; the lowest one when all ask for more. */
const nearest = (wanted: string, efforts: readonly string[]): string =>
  efforts.findLast(effort => LEVELS.indexOf(effort) <= LEVELS.indexOf(wanted)) ?? efforts[0]!;

function budgeted(reasoning: ReasoningRequest, facts: ModelFacts, bound: number | undefined, warn: Warn): Thinking {
  if (bound !== undefined && bound <= LEAST_BUDGET) {
    warn(FIELD, 'dropped', `Thinking takes at least ${LEAST_BUDGET} tokens, and max_tokens leaves no room for them.`);
    return {};
  }
  const budget = budgetOf(reasoning, bound);
  tell(reasoning, budget, warn);
  const shown = reasoning.include === false ? display(reasoning) : {};
  const { effort } = reasoning;
  return {
    thinking: { type: 'enabled', budget_tokens: budget, ...shown },
    ...(effort === undefined || facts.efforts.length === 0 ? {} : { effort: nearest(effort, facts.efforts) }),
    ...(bound === undefined ? { maxTokens: Math.max(facts.maxTokens, budget + ANSWER) } : {}),
  };
}

/** Thoughts count toward the caller's bound, so where it does not hold both, half of it is the answer's. */
function budgetOf({ effort, budgetTokens }: ReasoningRequest, bound = Infinity): number {
  const wanted = budgetTokens ?? budgets[effort ?? 'medium']!;
  const fits = budgetTokens !== undefined && budgetTokens < bound;
  return Math.max(LEAST_BUDGET, fits ? wanted : Math.min(wanted, Math.floor(bound / 2)));
}

function tell({ budgetTokens, effort }: ReasoningRequest, budget: number, warn: Warn): void {
  if (budgetTokens !== undefined && budget !== budgetTokens) warn(FIELD, 'clamped', `The bound is ${budget} tokens.`);
  if (budgetTokens === undefined && effort !== undefined) {
    warn(FIELD, 'approximated', `This model takes a bound in tokens, here ${budget}, in place of an effort.`);
  }
}
