/** What one model does otherwise. A model that is not listed here can do everything. */
export interface ModelFacts {
  /** It thinks before it answers (https://docs.cohere.com/docs/reasoning). The others plan their tool calls at most. */
  readonly thinks: boolean;
  /** It can be made to call a tool, or kept from it; that came with Command R7B. */
  readonly toolChoice: boolean;
}

const rules: readonly (readonly [models: RegExp, facts: ModelFacts])[] = [
  [/^command(-light|-nightly)?$|^command-r(-plus)?(-\d\d-2024)?$|^(c4ai-)?aya-/, { thinks: false, toolChoice: false }],
  [/^command-(r|a$|a-03-2025|a-vision|a-translate)/, { thinks: false, toolChoice: true }],
];

const everything: ModelFacts = Object.freeze({ thinks: true, toolChoice: true });

export const factsOf = (model: string): ModelFacts => rules.find(([models]) => models.test(model))?.[1] ?? everything;
