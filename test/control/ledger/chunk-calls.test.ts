import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChunkCalls } from '../../../src/control/ledger/chunk-calls.ts';
import { usageEvent } from '../../store/ledger/usage-event.ts';
import { line } from './spool-lines.ts';

/** Few digits that differ, so that many ids share a slot. */
const ids = fc.uniqueArray(
  fc.nat(0xffff).map(value => `0192f0c0-0000-7000-8000-${value.toString(16).padStart(12, '0')}`),
  { minLength: 1, maxLength: 60 },
);

test('what is left of a chunk are the calls that did not finish in it, in their order', () => {
  const calls = new ChunkCalls();
  fc.assert(
    fc.property(ids, fc.array(fc.nat(59)), (started, finished) => {
      const lines = started.map(id => line('S', usageEvent({ id })));
      const chunk = Buffer.from(lines.join('') + lines.join(''));
      const starts = lines.map((_, index) => lines.slice(0, index).join('').length);
      const half = lines.join('').length;
      for (const start of starts) expect(calls.add(chunk, start)).toBe(true);

      const open = new Set(starts);
      for (const index of finished.filter(one => one < lines.length)) {
        expect(calls.take(chunk, half + starts[index]!)).toBe(open.delete(starts[index]!));
      }

      expect(calls.drain()).toEqual([...open]);
      expect(calls.drain()).toEqual([]);
      expect(calls.take(chunk, starts[0]!)).toBe(false);
    }),
  );
});

test('a chunk of more lines than it can note is not refused: those are told at once', () => {
  const calls = new ChunkCalls();
  const chunk = Buffer.from(line('S', usageEvent({})));
  let noted = 0;
  while (calls.add(chunk, 0)) noted += 1;

  expect(noted).toBe(4096);
  expect(calls.drain()).toHaveLength(4096);
});
