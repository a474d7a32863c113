import type { FuzzTarget } from '../fuzz-target.ts';

/** Never comes back from one byte. */
export const target: FuzzTarget = {
  name: 'loops',
  run: input => {
    while (input.includes(0xff));
  },
  seeds: () => [Buffer.from('x')],
  words: ['\xff', 'y'],
};
