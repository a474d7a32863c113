/**
 * `npm run prove:soak`: a gateway under attack serves its honest callers as if nothing were. Slow clients, smuggled
 * requests, bodies too large, too deep and too wide, wrong keys at 1,000 a second, silent and half-closed connections,
 * readers that never read and streams that are broken off run beside honest calls whose answers are checked in full.
 * `--minutes N` (30). Exit code 1 where an honest call failed, the ledger differs from what was seen, a smuggled call
 * was executed, memory grows, or the gateway has not come to rest at the end.
 */
import { parseArgs } from 'node:util';
import { runSoak } from './soak/run-soak.ts';

const MEBIBYTE = 1024 * 1024;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    'per-second': { type: 'string', default: '20' },
    intensity: { type: 'string', default: '1' },
  },
});
const [minutes, perSecond, intensity] = [values.minutes, values['per-second'], values.intensity].map(Number) as [
  number,
  number,
  number,
];
if (![minutes, perSecond, intensity].every(value => value > 0)) {
  console.error('expected --minutes, --per-second and --intensity above 0');
  process.exit(2);
}

const began = Date.now();
const say = (line: string): void => console.log(`${((Date.now() - began) / 60_000).toFixed(1)} min: ${line}`);
const row = (name: string, value: unknown): void => console.log(`  ${name.padEnd(48)} ${value}`);
const result = await runSoak({ seconds: minutes * 60, perSecond, intensity, say });
const { memory, ledger } = result;

console.log('\nhonest calls');
row('without the attack: p50, p99, max', latencies(result.quiet));
row('beside the attack: p50, p99, max', latencies(result.attacked));
row("delay of the clients' own event loop: max", millis(result.ownDelay));
for (const [name, value] of Object.entries(ledger.counts)) row(name, value);
console.log('\nattacks, and what they heard');
for (const [name, heard] of Object.entries(result.attacks)) {
  row(
    name,
    Object.entries(heard)
      .map(([outcome, count]) => `${outcome}: ${count}`)
      .join(', '),
  );
}
console.log('\nthe gateway');
row('resident memory: median of the floor, max', `${mebibytes(memory.medianBytes)}, ${mebibytes(memory.maxBytes)}`);
row(
  'slope of the floor after the warm-up',
  `${mebibytes(memory.slopeBytesPerHour)} an hour, ${mebibytes(memory.riseBytes)} in all`,
);
row('flat (at most 5 % of the median, or 16 MiB, in all)', memory.flat ?? 'too short to tell');
row(
  'delay of its event loop: median and max of p99',
  `${millis(quantile(result.loopDelays, 0.5))}, ${millis(quantile(result.loopDelays, 1))}`,
);
row('share of one processor: quiet, under attack', result.processor.map(share => share.toFixed(2)).join(', '));
row('scrapes that failed', result.missedScrapes);
for (const line of result.problems) console.log(`  WRONG: ${line}`);
console.log(result.problems.length === 0 ? '\nholds' : `\n${result.problems.length} things are wrong`);
process.exit(result.problems.length === 0 ? 0 : 1);

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function millis(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

function latencies(values: readonly number[]): string {
  return `${[0.5, 0.99, 1].map(share => millis(quantile(values, share))).join(', ')} (${values.length} calls)`;
}
