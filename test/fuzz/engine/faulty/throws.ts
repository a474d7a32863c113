import type { FuzzTarget } from '../fuzz-target.ts';

/** Cannot bear two words, in this order; the second is looked for only behind the first. */
export const target: FuzzTarget = {
  name: 'throws',
  run: input => {
    const first = input.indexOf('left');
    if (first >= 0 && input.includes('right', first)) throw new RangeError('both words');
  },
  seeds: () => [Buffer.from('something long that is of no importance whatever, before and after')],
  words: ['left', 'right'],
};
