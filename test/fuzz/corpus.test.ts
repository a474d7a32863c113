import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Seeded } from '../support/seeded.ts';
import { mutate } from './engine/mutate.ts';
import { savedInputs } from './engine/saved-inputs.ts';
import { openTarget, targetNames } from './targets.ts';

/** Inputs of every target that have no name yet. `npm run fuzz` is the long run, in which they find their way. */
const fresh = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 300);
const targets = await Promise.all(targetNames.map(openTarget));

test('every target is named as its file', () => {
  expect(targets.map(({ name }) => name)).toEqual(targetNames);
});

describe.each(targets)('$name', target => {
  const corpus = [...target.seeds(), ...savedInputs(target.name)];

  async function run(input: Buffer): Promise<void> {
    try {
      await target.run(input);
    } catch (error) {
      const shown = input.toString('base64');
      throw new Error(`${target.name} on ${shown.length > 4_000 ? `${input.length} bytes` : shown}`, {
        cause: error,
      });
    }
  }

  test('D2 takes every input of the corpus', async () => {
    expect(corpus.length).toBeGreaterThan(5);
    for (const input of corpus) await run(input);
  });

  test('D2 takes inputs that are made from it', async () => {
    const random = new Seeded(7);
    const made = target.generator === undefined ? [] : fc.sample(target.generator, { numRuns: fresh / 4, seed: 7 });
    const pool = [...corpus, ...made];
    for (const input of made) await run(input);
    for (let left = fresh; left > 0; left--) {
      await run(mutate(random.pick(pool), random, { words: target.words, pool }));
    }
  });
});
