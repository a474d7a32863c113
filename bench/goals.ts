import { writesOfStream } from './bodies.ts';
import { median, of, type Run } from './medians.ts';

export interface Goal {
  readonly measure: string;
  readonly must: number;
  readonly aim: number;
  /** Whether larger is better. */
  readonly atLeast: boolean;
  readonly unit: '×' | '%';
  /** NaN when a row for it is not there. */
  readonly value: (run: Run) => number;
  /** The absolute figures behind it. */
  readonly behind: (run: Run) => string;
}

/** Share of the ledger path is measured by a profile, beside the rounds: it is kept as a scenario of this name. */
export const LEDGER = 'ledger';

const cpu = (run: Run, scenario: string, name: string) => of(run, scenario, name, 'cpu');
const micros = (value: number) => (Number.isNaN(value) ? '–' : `${value.toFixed(value < 100 ? 1 : 0)} µs`);

function cpuRatio(
  measure: string,
  must: number,
  aim: number,
  scenario: string,
  [over, under]: readonly [string, string],
  atLeast = false,
): Goal {
  const per = scenario === 'sse' ? writesOfStream : 1;
  return {
    measure,
    must,
    aim,
    atLeast,
    unit: '×',
    value: run => cpu(run, scenario, over) / cpu(run, scenario, under),
    behind: run =>
      `${over} ${micros(cpu(run, scenario, over) / per)}, ${under} ${micros(cpu(run, scenario, under) / per)}`,
  };
}

const added = (run: Run, name: string) => of(run, 'latency', name, 'p50') - of(run, 'latency', 'direct', 'p50');
const rate = (run: Run, name: string) => of(run, 'json', name, 'rps');
const count = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(0));

/** What the hot path must and shall cost. */
export const goals: readonly Goal[] = [
  cpuRatio('JSON pass-through, 2 KB in, 1 KB out: CPU per request × nginx', 4, 2.5, 'json', ['ours', 'nginx']),
  cpuRatio('the same × bare `node:http` + undici', 1.4, 0.9, 'json', ['ours', 'raw']),
  cpuRatio('Portkey ÷ ours', 12, 20, 'json', ['portkey', 'ours'], true),
  {
    measure: 'requests per second on one core × bare Node',
    must: 1 / 1.4,
    aim: 20 / 11,
    atLeast: true,
    unit: '×',
    value: run => rate(run, 'ours') / rate(run, 'raw'),
    behind: run => ['ours', 'raw', 'portkey'].map(name => `${name} ${count(rate(run, name))}/s`).join(', '),
  },
  cpuRatio('100 KB conversation × bare Node', 2, 0.8, 'big', ['ours', 'raw']),
  cpuRatio('streamed event at 10 ms pacing × bare Node', 1.1, 0.65, 'sse', ['ours', 'raw']),
  {
    measure: 'added p50 at one connection × what nginx adds',
    must: 1.8,
    aim: 1.2,
    atLeast: false,
    unit: '×',
    value: run => added(run, 'ours') / added(run, 'nginx'),
    behind: run => `ours ${micros(added(run, 'ours'))}, nginx ${micros(added(run, 'nginx'))}`,
  },
  cpuRatio('translated JSON call (OpenAI → Anthropic) × pass-through', 2, 1.5, 'json', ['ours-translated', 'ours']),
  cpuRatio('translated streamed event × pass-through event', 2, 1.5, 'sse', ['ours-translated', 'ours']),
  {
    measure: "ledger path in the gateway's process, share of its CPU per call",
    must: 15,
    aim: 8,
    atLeast: false,
    unit: '%',
    value: run => of(run, LEDGER, 'ours', 'cpu'),
    behind: run => `Postgres beside it ${micros(of(run, 'json', 'ours', 'postgres'))} per call`,
  },
];

export interface Outcome {
  readonly goal: Goal;
  readonly value: number;
  readonly behind: string;
  readonly verdict: 'aim met' | 'must met' | 'falls short' | 'not measured';
}

/** Ratios are made within a run, whose rows shared the machine's mood; the median is then taken of the runs' ratios. */
export function outcomes(runs: readonly Run[]): readonly Outcome[] {
  return goals.map(goal => {
    const values = runs.map(goal.value).filter(value => !Number.isNaN(value));
    const value = median(values);
    const middle = runs.toSorted((a, b) => Math.abs(goal.value(a) - value) - Math.abs(goal.value(b) - value))[0];
    return { goal, value, behind: middle ? goal.behind(middle) : '', verdict: verdictOf(goal, value) };
  });
}

function verdictOf({ must, aim, atLeast }: Goal, value: number): Outcome['verdict'] {
  if (Number.isNaN(value)) return 'not measured';
  const meets = (limit: number) => (atLeast ? value >= limit : value <= limit);
  if (meets(aim)) return 'aim met';
  return meets(must) ? 'must met' : 'falls short';
}
