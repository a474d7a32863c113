/**
 * How a model thinks. `adjustable`: `reasoning_effort` is `none` or `high`. `always`: on its own, and it refuses the
 * member. `never`: it refuses the member and thoughts in the history. `other`: not Mistral's own, with efforts of its
 * own (https://docs.mistral.ai/capabilities/reasoning).
 */
export type Thinking = 'adjustable' | 'always' | 'never' | 'other';

const rules: readonly (readonly [models: RegExp, thinking: Thinking])[] = [
  [/^magistral-small-latest$/, 'adjustable'],
  [/^magistral-/, 'always'],
  // Small 4 and Medium 3.5, by name, by date, and what came after them.
  [/^mistral-small-(latest|[4-9]|2603|260[4-9]|261|2[7-9])/, 'adjustable'],
  [/^mistral-medium-(latest|3$|3[.-]5|[4-9]|260[4-9]|261|2[7-9])/, 'adjustable'],
  [/^(open-)?(mistral|mixtral|ministral|codestral|devstral|pixtral|voxtral|mathstral)-/, 'never'],
];

export const thinkingOf = (model: string): Thinking => rules.find(([models]) => models.test(model))?.[1] ?? 'other';
