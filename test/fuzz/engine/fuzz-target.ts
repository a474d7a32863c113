import type fc from 'fast-check';

/** One piece of code under fuzz: how bytes are given to it, and what must hold whatever they are. */
export interface FuzzTarget {
  /** Also the name of its file and of its folder in the corpus. */
  readonly name: string;
  /** Throws where something that must hold does not. The same bytes do the same every time. */
  run(input: Buffer): void | Promise<void>;
  /** Where mutation begins: ordinary inputs, and hostile ones. */
  seeds(): readonly Buffer[];
  /** What means something to the code, to be put where it does not belong. */
  readonly words: readonly string[];
  /** Inputs with a structure that mutation would hardly find. */
  readonly generator?: fc.Arbitrary<Buffer>;
}
