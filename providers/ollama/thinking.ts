import type { ReasoningRequest } from '../../src/spec/chat/chat-request.ts';
import type { Writing } from '../openai-chat/options.ts';

/** https://docs.ollama.com/capabilities/thinking; `max` is not for every model. */
const levels: Readonly<Record<string, string | false>> = {
  none: false,
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
};
/** Models whose highest level is `high`. */
const THREE_LEVELS = /gpt-?oss/i;

/** What `think` is for an effort or a bound in tokens; undefined where neither is said. */
export function thinkOf(
  { effort, budgetTokens }: ReasoningRequest,
  model: string,
  writing: Writing,
): string | boolean | undefined {
  if (effort === undefined) {
    if (budgetTokens === undefined) return undefined;
    if (budgetTokens > 0) writing.warn('reasoning.max_tokens', 'approximated', 'Thoughts have no bound in tokens.');
    return budgetTokens > 0;
  }
  if (budgetTokens !== undefined && budgetTokens > 0) {
    writing.warn('reasoning.max_tokens', 'dropped', 'Thoughts have no bound in tokens.');
  }
  const level = Object.hasOwn(levels, effort) ? levels[effort]! : true;
  const taken = level === 'max' && THREE_LEVELS.test(model) ? 'high' : level;
  if (taken !== false && taken !== effort) {
    const why = taken === true ? 'There is no such level.' : `The nearest level is ${taken}.`;
    writing.warn('reasoning_effort', 'approximated', why);
  }
  return taken;
}
