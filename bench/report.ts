import { type Goal, outcomes } from './goals.ts';
import type { Sample } from './measure.ts';
import { median, of, type Run } from './medians.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** The table of what must be, what is aimed at and what is, and in words what falls short. */
export function goalTable(runs: readonly Run[]): string {
  const results = outcomes(runs);
  const rows = results.map(({ goal, value, behind, verdict }) => [
    goal.measure,
    limit(goal, goal.must),
    limit(goal, goal.aim),
    Number.isNaN(value) ? '–' : number(value, goal),
    verdict,
    Number.isNaN(value) ? '' : behind,
  ]);
  const short = results.filter(({ verdict }) => verdict === 'falls short');
  const words = short.map(
    ({ goal, value }) => `- ${goal.measure}: ${number(value, goal)}, must be ${limit(goal, goal.must)}`,
  );
  return [
    table(['measure', 'must', 'aim', 'measured', 'verdict', 'behind it'], rows),
    '',
    short.length === 0
      ? 'Nothing that was measured falls short of what must be.'
      : `Short of what must be:\n\n${words.join('\n')}`,
  ].join('\n');
}

const number = (value: number, { unit }: Goal) => (unit === '%' ? `${value.toFixed(1)} %` : value.toFixed(2));
const limit = ({ atLeast, unit }: Goal, value: number) =>
  `${atLeast ? '≥' : '≤'} ${Number(value.toFixed(2))}${unit === '%' ? ' %' : ''}`;

const CALM = 1.3;

/** Rows whose rounds differ more than a calm machine lets them, as a warning; empty when there are none. */
export function disturbances(runs: readonly Run[]): string {
  const rows = runs.flatMap((run, at) =>
    [...run].flatMap(([scenario, samples]) =>
      [...samples].map(([name, rounds]) => {
        const all = rounds.map(({ cpu }) => cpu);
        return { row: `${scenario} ${name} (run ${at + 1})`, spread: Math.max(...all) / Math.min(...all) };
      }),
    ),
  );
  const wild = rows.filter(({ spread }) => spread > CALM).map(({ row, spread }) => `${row} ${spread.toFixed(1)} ×`);
  if (wild.length === 0) return '';
  return `Disturbed: the dearest round of these cost over ${CALM} × the cheapest, so take their ratios with care: ${wild.join(', ')}.`;
}

/** All rows of all scenarios: medians of the rounds, then of the runs. */
export function rowTables(runs: readonly Run[]): string {
  return scenarios
    .filter(({ id }) => runs.some(run => run.has(id)))
    .map(scenario => `${scenario.title}:\n\n${rowTable(runs, scenario)}`)
    .join('\n\n');
}

const columns = [
  'contender',
  'CPU µs/req',
  'min–max',
  'kernel %',
  'core %',
  'req/s',
  'p50 ms',
  'p99 ms',
  'added p50 ms',
  'first byte p50 ms',
  'RSS MB',
  'loop delay p99 ms',
  'Postgres µs/req',
];

function rowTable(runs: readonly Run[], { id }: Scenario): string {
  const names = [...(runs[0]?.get(id)?.keys() ?? [])];
  const rows = names.map(name => {
    const middle = (member: keyof Sample) => median(runs.map(run => of(run, id, name, member)));
    const all = runs.flatMap(run => (run.get(id)?.get(name) ?? []).map(sample => sample.cpu));
    const direct = median(runs.map(run => of(run, id, 'direct', 'p50')));
    return [
      name,
      digits(middle('cpu'), 1),
      `${digits(Math.min(...all), 0)}–${digits(Math.max(...all), 0)}`,
      digits(middle('kernel'), 0),
      digits(middle('busy'), 0),
      digits(middle('rps'), 0),
      digits(middle('p50') / 1000, 2),
      digits(middle('p99') / 1000, 2),
      name === 'direct' ? '–' : digits((middle('p50') - direct) / 1000, 2),
      digits(middle('firstByte50') / 1000, 2),
      digits(middle('megabytes'), 0),
      digits(middle('loopDelay99'), 1),
      digits(middle('postgres'), 1),
    ];
  });
  return table(columns, rows);
}

const digits = (value: number, places: number) => (Number.isFinite(value) ? value.toFixed(places) : '–');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
