/**
 * Tokens of one attempt in disjoint classes: every token is in exactly one of them, so the sum over the input classes
 * is what the provider calls the whole prompt, and `output + reasoning + audioOut + imageOut` the whole completion.
 */
export interface Usage {
  /** Prompt tokens that were neither read from nor written to a cache, text only. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  /** Visible answer tokens, reasoning not included. */
  readonly output: number;
  readonly reasoning: number;
  readonly audioIn: number;
  readonly audioOut: number;
  readonly imageIn: number;
  readonly imageOut: number;
  /** Calls of tools that run at the provider (web search and the like). */
  readonly serverToolCalls: number;
}

export const noUsage: Usage = Object.freeze({
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  audioIn: 0,
  audioOut: 0,
  imageIn: 0,
  imageOut: 0,
  serverToolCalls: 0,
});

/** Every prompt token, cached ones included. */
export const inputTokens = (usage: Usage): number =>
  usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.audioIn + usage.imageIn;

/** Every completion token, reasoning included. */
export const outputTokens = (usage: Usage): number => usage.output + usage.reasoning + usage.audioOut + usage.imageOut;
