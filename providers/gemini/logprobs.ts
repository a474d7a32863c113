import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts';

/** Probabilities in the one form that clients know, OpenAI's; null when there are none. */
export function logprobsOf(result: unknown): Fields | null {
  const { chosenCandidates, topCandidates } = fieldsOf(result);
  const tops = listOf(topCandidates);
  const content = listOf(chosenCandidates).map((chosen, index) => ({
    ...entryOf(chosen),
    top_logprobs: listOf(fieldsOf(tops[index]).candidates).filter(isFields).map(entryOf),
  }));
  return content.length === 0 ? null : { content, refusal: null };
}

function entryOf(value: unknown) {
  const { token, logProbability } = fieldsOf(value);
  const text = textOf(token);
  return { token: text, logprob: Number(logProbability ?? 0), bytes: [...Buffer.from(text)] };
}
