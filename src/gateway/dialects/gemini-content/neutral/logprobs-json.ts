import { type Fields, isFields } from '../../neutral/members.ts';

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** Probabilities, which come in OpenAI's form; undefined where there are none. */
export function logprobsJson(values: readonly unknown[]): Fields | undefined {
  const entries = values.flatMap(value => (isFields(value) ? listOf(value.content) : []));
  if (entries.length === 0) return undefined;
  return {
    chosenCandidates: entries.map(candidate),
    topCandidates: entries.map(({ top_logprobs }) => ({ candidates: listOf(top_logprobs).map(candidate) })),
  };
}

const candidate = ({ token, logprob }: Fields): Fields => ({ token, logProbability: logprob });
