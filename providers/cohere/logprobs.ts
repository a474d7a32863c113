import { listOf, textOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';

/** Probabilities of one piece of text in the one form that clients know, OpenAI's; null when there are none. */
export function logprobsOf(item: unknown): Fields | null {
  if (!isFields(item)) return null;
  const logprobs = listOf(item.logprobs).filter(value => typeof value === 'number');
  if (logprobs.length === 0) return null;
  const token = textOf(item.text);
  // Several tokens share one text, and their probabilities multiply.
  const logprob = logprobs.reduce((sum, value) => sum + value, 0);
  return { content: [{ token, logprob, bytes: [...Buffer.from(token)], top_logprobs: [] }], refusal: null };
}
