import type { ThinkingConfig } from '@google/genai';
import type { ReasoningRequest } from '../../src/spec/chat/chat-request.ts';
import type { ModelFacts } from './models.ts';
import type { Warn } from './warn.ts';

export type Thinking = Omit<ThinkingConfig, 'thinkingLevel'> & { readonly thinkingLevel?: string };

/** Efforts from little to much, with the budget that Google's own OpenAI-like endpoint takes for each. */
const efforts: readonly (readonly [effort: string, level: string, budget: number])[] = [
  ['none', 'minimal', 0],
  ['minimal', 'minimal', 1_024],
  ['low', 'low', 1_024],
  ['medium', 'medium', 8_192],
  ['high', 'high', 24_576],
];

const FIELD = 'reasoning_effort';

/** What the caller asks of thinking, in the form the model takes; thoughts are shown unless the caller says otherwise. */
export function thinkingOf(asked: ReasoningRequest | undefined, facts: ModelFacts, warn: Warn): Thinking | undefined {
  if (asked === undefined) return undefined;
  const { effort, budgetTokens, include } = asked;
  const off = effort === 'none' || (effort === undefined && budgetTokens === 0);
  if (facts.thinking === 'none') {
    if (!off) warn(FIELD, 'dropped', 'This model does not think.');
    return undefined;
  }
  const amount = facts.thinking === 'level' ? levelOf(asked, facts, warn) : budgetOf(asked, facts, warn);
  const shown = include ?? !off;
  const said: Thinking = { ...amount, ...(shown && { includeThoughts: true }) };
  return Object.keys(said).length === 0 ? undefined : said;
}

function levelOf({ effort, budgetTokens }: ReasoningRequest, { levels }: ModelFacts, warn: Warn): Thinking {
  if (effort === undefined && budgetTokens === undefined) return {};
  const wanted = effort === undefined ? levelOfBudget(budgetTokens!, warn) : levelOfEffort(effort, warn);
  const near = nearest(wanted, levels);
  if (near !== wanted) warn(FIELD, 'approximated', `The nearest this model takes is ${near}.`);
  else if (effort === 'none') warn(FIELD, 'approximated', 'This model always thinks; it thinks as little as it can.');
  return { thinkingLevel: near };
}

function levelOfBudget(tokens: number, warn: Warn): string {
  warn(FIELD, 'approximated', 'This model takes a level of thinking instead of a number of tokens.');
  return efforts.find(([, , budget]) => tokens <= budget)?.[1] ?? 'high';
}

function levelOfEffort(effort: string, warn: Warn): string {
  const level = efforts.find(([name]) => name === effort)?.[1];
  if (level === undefined) warn(FIELD, 'approximated', 'Its most is high.');
  return level ?? 'high';
}

/** The least level that is not below the wanted one, else the most there is. */
function nearest(wanted: string, levels: readonly string[]): string {
  const order = efforts.map(([, level]) => level);
  return levels.find(level => order.indexOf(level) >= order.indexOf(wanted)) ?? levels.at(-1)!;
}

function budgetOf({ effort, budgetTokens }: ReasoningRequest, { budget }: ModelFacts, warn: Warn): Thinking {
  const wanted = effort === undefined ? budgetTokens : budgetOfEffort(effort, budget.most, warn);
  if (wanted === undefined) return {};
  // -1 leaves it to the model.
  if (wanted < 0) return { thinkingBudget: -1 };
  if (wanted === 0 && budget.canBeOff) return { thinkingBudget: 0 };
  const tokens = Math.min(Math.max(wanted, budget.least), budget.most);
  if (tokens !== wanted) {
    warn(FIELD, 'clamped', `The thinking of this model is ${budget.least} to ${budget.most} tokens.`);
  }
  return { thinkingBudget: tokens };
}

function budgetOfEffort(effort: string, most: number, warn: Warn): number {
  const budget = efforts.find(([name]) => name === effort)?.[2];
  if (budget === undefined) warn(FIELD, 'approximated', `Its most is ${most} tokens.`);
  return budget ?? most;
}
