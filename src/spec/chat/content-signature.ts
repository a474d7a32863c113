/**
 * Stands in place of a proof of thought that a call of another model does not have:
 * https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export const NO_SIGNATURE = 'skip_thought_signature_validator';

/** The generation that a model's name tells; a name without one counts as the newest. */
export function contentGeneration(model: string): number {
  const version = /gemini-(\d+)(?:[.](\d+))?/.exec(model);
  return version === null ? Number.POSITIVE_INFINITY : Number(`${version[1]}.${version[2] ?? 0}`);
}

/** The model refuses a call of its history that bears no proof of thought. */
export const wantsSignatures = (model: string): boolean => contentGeneration(model) >= 3;
