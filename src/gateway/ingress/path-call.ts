import type { Ingress } from './ingress.ts';

/** A call whose path names the model, so that no list of URLs can hold it. */
export interface PathCall {
  readonly ingress: Ingress;
  /** The path as a pattern, for the log: never what a caller wrote. */
  readonly route: string;
  readonly model: string;
  /** Keys that stand in the query. */
  readonly queryKeys: readonly string[];
}
