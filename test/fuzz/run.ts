/**
 * `npm run fuzz`: gives bytes that nobody meant to everything that reads bytes of strangers. `--target NAME` (all of
 * them without it), `--seconds N` and `--count N` (for each target), `--seed N`. An input that breaks something is made
 * small, kept in `test/fuzz/corpus/<target>/`, where CI runs it from then on, and ends this with exit code 1.
 */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { savedInputs, saveInput } from './engine/saved-inputs.ts';
import { supervise } from './engine/supervise.ts';
import { targetModule, targetNames } from './targets.ts';

const SHOWN_LINES = 30;

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '20' },
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [seconds, count, seed] = [values.seconds, values.count, values.seed].map(Number) as [number, number, number];
const chosen = values.target ?? targetNames;
const unknown = chosen.filter(name => !targetNames.includes(name));
if (unknown.length > 0) wrongUse(`there is no target ${unknown.join(', ')}; expected ${targetNames.join(', ')}`);
if (![seconds, count].every(bound => bound > 0) || !Number.isSafeInteger(seed)) {
  wrongUse('expected --seconds and --count above 0, and a whole number for --seed');
}

const row = (...cells: readonly (string | number)[]) =>
  console.log(cells.map((cell, at) => (at === 0 ? String(cell).padEnd(20) : String(cell).padStart(9))).join(' '));
console.log(`seed ${seed}`);
row('target', 'inputs', 'seconds', 'reached', 'kept', 'slowest', 'failures');
let total = 0;
let failures = 0;
for (const name of chosen) {
  const options = { seed, count, seconds, saved: savedInputs(name) };
  const report = await supervise(targetModule(name), options);
  total += report.inputs;
  failures += report.failures.length;
  const slowest = `${report.slowestMillis.toFixed(0)} ms`;
  row(name, report.inputs, report.seconds.toFixed(1), report.reached, report.kept, slowest, report.failures.length);
  for (const { input, message } of report.failures) {
    const shown = message.split('\n').slice(0, SHOWN_LINES).join('\n');
    console.log(`\n${relative(process.cwd(), saveInput(name, input))}: ${shown}\n`);
  }
}
console.log(`${total} inputs, ${failures} failures`);
process.exitCode = failures > 0 ? 1 : 0;

function wrongUse(message: string): never {
  console.error(message);
  process.exit(2);
}
