import { createHash } from 'node:crypto';

/** A vector of length 1 that depends on nothing but the text: equal texts are equal, others point elsewhere. */
export function unitVector(text: string, dimensions: number): Float32Array {
  const next = randomFrom(createHash('sha256').update(text).digest().readUInt32LE(0));
  const values = Array.from({ length: dimensions }, () => next() - 0.5);
  const length = Math.hypot(...values) || 1;
  return Float32Array.from(values, value => value / length);
}

/** Mulberry32: numbers from 0 to 1, the same sequence for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
