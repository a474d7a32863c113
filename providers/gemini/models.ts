import { contentGeneration, wantsSignatures } from '../../src/spec/chat/content-signature.ts';

/** What the API lets a model do, as far as requests differ by it. */
export interface ModelFacts {
  /** `level`: one word says how much it thinks; `budget`: a number of tokens does; `none`: it does not think. */
  readonly thinking: 'level' | 'budget' | 'none';
  /** Words for `thinkingLevel`, from little to much. */
  readonly levels: readonly string[];
  /** Bounds of `thinkingBudget`. */
  readonly budget: { readonly least: number; readonly most: number; readonly canBeOff: boolean };
  /** Heeds temperature and the like; a model that does not has no penalties either. */
  readonly sampling: boolean;
  /** Continues a conversation that ends with its own words. */
  readonly prefill: boolean;
  /** Refuses a call of its history that bears no proof of thought. */
  readonly wantsSignatures: boolean;
  /** Results of tools may hold images and documents. */
  readonly mediaInResults: boolean;
  /** Tools and an enforced JSON answer go together. */
  readonly jsonWithTools: boolean;
}

/**
 * Facts by the name. A name without a version (`gemini-flash-latest`, a tuned model) counts as the newest.
 * https://ai.google.dev/gemini-api/docs/thinking, https://ai.google.dev/gemini-api/docs/gemini-3,
 * https://ai.google.dev/gemini-api/docs/generate-content/whats-new-gemini-3.6
 */
export function modelFacts(model: string): ModelFacts {
  const generation = contentGeneration(model);
  const newest = generation >= 3;
  const strict = generation >= 3.6 || (generation === 3.5 && isLite(model));
  return {
    // Whoever gives a model a name of its own knows which one it is, so what they ask for is sent.
    sampling: !strict || (generation === Number.POSITIVE_INFINITY && !/-latest$/.test(model)),
    prefill: !strict,
    thinking: newest ? 'level' : generation >= 2.5 ? 'budget' : 'none',
    levels: levelsOf(model, generation),
    budget: budgetOf(model),
    wantsSignatures: wantsSignatures(model),
    mediaInResults: newest,
    jsonWithTools: newest,
  };
}

const isPro = (model: string): boolean => /\bpro\b/.test(model);

const isLite = (model: string): boolean => /\blite\b/.test(model);

function levelsOf(model: string, generation: number): readonly string[] {
  if (isPro(model) && generation < 3.1) return ['low', 'high'];
  const minimal = isLite(model) || (!isPro(model) && generation < 3.7);
  return minimal ? ['minimal', 'low', 'medium', 'high'] : ['low', 'medium', 'high'];
}

function budgetOf(model: string): ModelFacts['budget'] {
  if (isPro(model)) return { least: 128, most: 32_768, canBeOff: false };
  return { least: isLite(model) ? 512 : 1, most: 24_576, canBeOff: true };
}
