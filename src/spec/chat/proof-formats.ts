/**
 * The names that `reasoning_details` give to a proof of thought, by the dialect whose proof it is. OpenRouter made the
 * form and its names (https://openrouter.ai/docs/use-cases/reasoning-tokens); its clients keep the entries and send
 * them back untouched. A proof of another dialect goes under that dialect's own name.
 */
const formats: readonly (readonly [source: string, format: string])[] = [
  ['anthropic', 'anthropic-claude-v1'],
  ['gemini', 'google-gemini-v1'],
  ['openai-responses', 'openai-responses-v1'],
];

const formatOf = new Map(formats);
const sourceOf = new Map(formats.map(([source, format]) => [format, source]));

/**
 * The dialect that signs tool calls themselves, and the member under `extra_content` where clients of its own
 * OpenAI-like endpoint keep the signature (https://ai.google.dev/gemini-api/docs/openai).
 */
export const signedCalls = Object.freeze({ source: 'gemini', member: 'google' });

export const proofFormat = (source: string): string => formatOf.get(source) ?? source;
export const proofSource = (format: string): string => sourceOf.get(format) ?? format;
