import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { minimise } from './engine/minimise.ts';
import { savedInputs, saveInput } from './engine/saved-inputs.ts';
import { supervise } from './engine/supervise.ts';
import { targetModule } from './targets.ts';

const bounds = { seed: 1, count: 20_000, seconds: 60, saved: [] };
const faulty = (name: string) => new URL(`engine/faulty/${name}.ts`, import.meta.url);

test('finds an input that throws, and makes it as small as it can be', async () => {
  const { failures } = await supervise(faulty('throws'), bounds);
  expect(failures.map(({ input }) => input.toString())).toEqual(['leftright']);
  expect(failures[0]!.message).toContain('both words');
});

test('ends code that never returns, and names the input', async () => {
  const { failures } = await supervise(faulty('loops'), bounds, 1_000);
  expect(failures).toHaveLength(1);
  expect(failures[0]!.input.includes(0xff)).toBe(true);
  expect(failures[0]!.message).toContain('no end');
});

test('sees members that every object has got', async () => {
  const { failures } = await supervise(faulty('pollutes'), { ...bounds, count: 500 });
  expect(failures[0]?.message).toContain('every object has another member');
});

test('begins with what was saved, ends by its count, and learns what reaches new code', async () => {
  const saved = [Buffer.from('{"model":"m","metadata":{"a":[1,2]}}')];
  const report = await supervise(targetModule('body'), { ...bounds, saved, count: 400 });
  expect(report.failures).toEqual([]);
  expect(report.inputs).toBeGreaterThanOrEqual(400);
  expect(report.inputs).toBeLessThan(1_000);
  expect(report.reached).toBeGreaterThan(5_000);
});

test('what is left of an input cannot be left out', async () => {
  const small = await minimise(Buffer.from(`${'x'.repeat(100)}a${'y'.repeat(333)}b`), async input =>
    /a.*b/.test(input.toString()),
  );
  expect(small.toString()).toBe('ab');
});

test('saved inputs are there again, byte for byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-fuzz-'));
  const inputs = [Buffer.from([0, 255, 10, 13]), Buffer.from('text')];
  for (const input of [...inputs, ...inputs]) saveInput('any', input, folder);
  const again = savedInputs('any', folder);
  rmSync(folder, { recursive: true });
  expect(again.map(input => input.toString('hex')).sort()).toEqual(inputs.map(input => input.toString('hex')).sort());
});
