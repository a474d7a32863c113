import type { ReasoningRequest } from '../../src/spec/chat/chat-request.ts';
import type { Fields, Writing } from './options.ts';

/** Efforts that every server of the dialect takes whose models think. */
const LEVELS = ['low', 'medium', 'high'];
const MORE = ['xhigh', 'max'];
/** A bound in tokens up to which it asks for this effort. */
const bounds: readonly (readonly [effort: string, tokens: number])[] = [
  ['low', 2_048],
  ['medium', 8_192],
];
const FIELD = 'reasoning_effort';

/** What is asked of thinking, in the words that the server has for it. */
export function reasoningJson(asked: ReasoningRequest, model: string, writing: Writing): Fields {
  return writing.options.reasoning === 'effort' ? effortJson(asked, model, writing) : objectJson(asked);
}

/** The effort alone has a member of its own; a bound in tokens has one at servers that took it over from OpenRouter. */
function objectJson({ effort, budgetTokens, include }: ReasoningRequest): Fields {
  if (budgetTokens === undefined && include === undefined) return { reasoning_effort: effort };
  return {
    reasoning: {
      ...(effort !== undefined && { effort }),
      ...(budgetTokens !== undefined && { max_tokens: budgetTokens }),
      ...(include !== undefined && { exclude: !include }),
    },
  };
}

function effortJson({ effort, budgetTokens }: ReasoningRequest, model: string, writing: Writing): Fields {
  if (effort === undefined && budgetTokens === undefined) return {};
  const off = effort === 'none' || (effort === undefined && budgetTokens === 0);
  if (writing.options.thinkers?.test(model) === false) {
    if (!off) writing.warn(FIELD, 'dropped', 'This model does not think, or not as much as it is told to.');
    return {};
  }
  if (off) {
    writing.warn(FIELD, 'approximated', 'This model may always think; it is asked to think little.');
    return { reasoning_effort: 'low' };
  }
  if (effort === undefined) return fromBudget(budgetTokens!, writing);
  if (!MORE.includes(effort)) return { reasoning_effort: effort };
  writing.warn(FIELD, 'clamped', 'The highest effort is high.');
  return { reasoning_effort: LEVELS.at(-1) };
}

function fromBudget(tokens: number, writing: Writing): Fields {
  const effort = bounds.find(([, most]) => tokens <= most)?.[0] ?? LEVELS.at(-1);
  writing.warn(FIELD, 'approximated', `The model takes an effort, here ${effort}, in place of a bound in tokens.`);
  return { reasoning_effort: effort };
}
