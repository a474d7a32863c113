import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { noUsage, type Usage } from '../../src/spec/usage.ts';
import { fieldsOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';

/** No real call comes near: a larger count is an error or a lie. */
const MOST_TOKENS = 1_000_000_000;

class Implausible extends Error {}

function count(fields: Fields, name: string): number {
  const value = fields[name] ?? 0;
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MOST_TOKENS) throw new Implausible(name);
  return Number(value);
}

/**
 * `tokens` counts all that the model read and wrote, the provider's own instructions among it; `billed_units` what is on
 * the bill (https://docs.cohere.com/docs/how-does-cohere-pricing-work).
 */
export function usagePart(wire: unknown): ChatPart {
  if (!isFields(wire)) return { type: 'usage', usage: null };
  try {
    const { tokens, billed_units } = wire;
    const reasoning = count(fieldsOf(tokens), 'reasoning_tokens');
    const billed = classes(fieldsOf(billed_units), reasoning, 0);
    const counted = classes(fieldsOf(tokens), reasoning, count(wire, 'cached_tokens'));
    if (counted === null || billed === null) return { type: 'usage', usage: counted ?? billed };
    return { type: 'usage', usage: counted, billed };
  } catch (error) {
    if (error instanceof Implausible) return { type: 'usage', usage: null, flags: 'usage_implausible' };
    throw error;
  }
}

/** What was read from the cache is part of the prompt, and thoughts are part of the answer. Null when nothing counts. */
function classes(wire: Fields, thoughts: number, cacheRead: number): Usage | null {
  const input = count(wire, 'input_tokens');
  const output = count(wire, 'output_tokens');
  if (input + output === 0) return null;
  if (cacheRead > input) throw new Implausible('more tokens from the cache than in the prompt');
  const reasoning = Math.min(thoughts, output);
  return { ...noUsage, input: input - cacheRead, cacheRead, output: output - reasoning, reasoning };
}

/** Of embeddings: what is billed of texts and of images. Null where nothing can be believed. */
export function embeddingsUsage(meta: unknown): Usage | null {
  const { billed_units, tokens } = fieldsOf(meta);
  const wire = isFields(billed_units) ? billed_units : fieldsOf(tokens);
  try {
    const input = count(wire, 'input_tokens');
    const imageIn = count(wire, 'image_tokens');
    return input + imageIn === 0 ? null : { ...noUsage, input, imageIn };
  } catch (error) {
    if (error instanceof Implausible) return null;
    throw error;
  }
}
