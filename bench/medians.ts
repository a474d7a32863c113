import type { Sample } from './measure.ts';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Samples of one scenario, by contender. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** All scenarios of one run, by their id. */
export type Run = ReadonlyMap<string, Samples>;

/** Median of one member over a contender's rounds; NaN when it did not take part. */
export function of(run: Run, scenario: string, contender: string, member: keyof Sample): number {
  return median((run.get(scenario)?.get(contender) ?? []).map(sample => sample[member]));
}
