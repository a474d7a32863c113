import { writeBodies } from './bodies.ts';
import { type Contender, startField } from './contenders.ts';
import { LEDGER } from './goals.ts';
import { measure, type Sample } from './measure.ts';
import type { Run, Samples } from './medians.ts';
import type { Options, ProfileKind } from './options.ts';
import type { Postgres } from './postgres.ts';
import { type CpuReport, listed, profileAllocations, profileCpu } from './profile.ts';
import { type Scenario, scenarioOf, scenarios } from './scenarios.ts';
import { verify } from './verify.ts';

export interface RunResult {
  readonly run: Run;
  readonly missing: readonly string[];
  /** Where the time of a JSON call goes; null when ours took no part. */
  readonly profile: CpuReport | null;
}

type Say = (line: string) => void;

/** One whole run: everything is started, checked, measured in every scenario, profiled and ended. */
export async function oneRun(options: Options, postgres: Postgres, say: Say): Promise<RunResult> {
  const wanted = scenarios.filter(({ id }) => options.scenarios?.includes(id) ?? true);
  const names = [...new Set(wanted.flatMap(scenario => namesOf(scenario, options)))];
  return await withField(options, names, postgres, async (contenders, missing) => {
    const run = new Map<string, Samples>();
    for (const scenario of wanted) {
      const field = contenders.filter(({ name }) => namesOf(scenario, options).includes(name.split('+')[0] ?? ''));
      run.set(scenario.id, await measure({ ...options, scenario, contenders: field, say }));
    }
    const ours = contenders.find(({ name }) => name === 'ours');
    if (!ours || !wanted.some(({ id }) => id === 'json')) return { run, missing, profile: null };
    const profile = await profileCpu(scenarioOf('json'), ours, options.seconds);
    // A sample of one number: the goals' table reads all it shows from samples.
    run.set(LEDGER, new Map([['ours', [{ cpu: profile.ledgerShare } as Sample]]]));
    return { run, missing, profile };
  });
}

const namesOf = (scenario: Scenario, { only, quick }: Options): readonly string[] =>
  only ?? (quick ? scenario.quick : scenario.contenders);

async function withField<T>(
  options: Options,
  names: readonly string[],
  postgres: Postgres,
  work: (contenders: readonly Contender[], missing: readonly string[]) => Promise<T>,
): Promise<T> {
  writeBodies();
  const field = await startField({ names, variants: options.variants, postgres });
  try {
    for (const contender of field.contenders) await verify(contender);
    return await work(field.contenders, field.missing);
  } finally {
    await field.stop();
  }
}

/** Where the time of one kind of call goes, and on request what it allocates, as text. */
export async function profiled(kind: ProfileKind, options: Options, postgres: Postgres): Promise<string> {
  const { scenario, name } = subjectOf(kind);
  return await withField(options, [name], postgres, async contenders => {
    const contender = contenders.at(-1)!; // the variant, where there is one
    await measure({ ...options, scenario, contenders: [contender], rounds: 1, say: () => {} });
    const report = await profileCpu(scenario, contender, options.seconds);
    const text = [`${kind}: ${profileText(report)}`];
    if (options.allocations) {
      const allocations = await profileAllocations(scenario, contender, options.seconds);
      const total = [...allocations.values()].reduce((sum, bytes) => sum + bytes, 0);
      text.push(`bytes allocated per request: ${total.toFixed(0)}`, '', listed(allocations, 30, 0));
    }
    return text.join('\n');
  });
}

function subjectOf(kind: ProfileKind): { scenario: Scenario; name: string } {
  switch (kind) {
    case 'translated':
      return { scenario: scenarioOf('json'), name: 'ours-translated' };
    case 'translated-sse':
      return { scenario: scenarioOf('sse'), name: 'ours-translated' };
    default:
      return { scenario: scenarioOf(kind), name: 'ours' };
  }
}

export const profileText = ({ areas, functions, ledgerShare, cpu }: CpuReport): string =>
  [
    `${cpu.toFixed(1)} µs per request while profiled; the ledger path takes ${ledgerShare.toFixed(1)} % of the process.`,
    '',
    'Self time of the main thread by area, in percent:',
    '',
    listed(areas, 20, 1),
    '',
    'by function:',
    '',
    listed(functions, 30, 1),
    '',
  ].join('\n');
