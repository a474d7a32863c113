import type { FuzzTarget } from '../fuzz-target.ts';

/** Puts what it reads where every object finds it. */
export const target: FuzzTarget = {
  name: 'pollutes',
  run: input => {
    if (input.includes('name')) Reflect.set(Object.getPrototypeOf({}) as object, `name${input.length}`, 1);
  },
  seeds: () => [Buffer.from('x')],
  words: ['name'],
};
