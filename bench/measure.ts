import { setTimeout as sleep } from 'node:timers/promises';
import { requestFile } from './bodies.ts';
import type { Contender } from './contenders.ts';
import { cpuMicros, residentMegabytes, ticks } from './cpu-time.ts';
import type { Gateway } from './gateway.ts';
import { load } from './load.ts';
import type { Scenario } from './scenarios.ts';

/** What one round says about a contender. Times in micros where nothing else is said. */
export interface Sample {
  /** Run time of the contender per completed request. */
  readonly cpu: number;
  /** Percent of it in the kernel, by ticks. */
  readonly kernel: number;
  /** Percent of its core that it took while loaded; what it does afterwards counts in `cpu` only. */
  readonly busy: number;
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly firstByte50: number;
  readonly megabytes: number;
  /** 99th percentile of the event loop's delay in ms; ours only, else NaN. */
  readonly loopDelay99: number;
  /** Run time of Postgres per completed request; ours only, else NaN. */
  readonly postgres: number;
}

export interface MeasurePlan {
  readonly scenario: Scenario;
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly say: (line: string) => void;
}

/** Samples by contender. Rounds go A B C, C B A, …, so that a slow change of the machine meets all alike. */
export async function measure(plan: MeasurePlan): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const { scenario, contenders, rounds, say } = plan;
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) {
    await loaded(scenario, contender, Math.max(plan.warmUpSeconds, scenario.warmUpSeconds ?? 0));
    await contender.gateway?.drained();
  }
  for (let round = 0; round < rounds; round++) {
    for (const contender of round % 2 ? contenders.toReversed() : contenders) {
      await sleep(150);
      const sample = await oneRound(scenario, contender, plan.seconds);
      samples.get(contender.name)?.push(sample);
      say(`${scenario.id} ${round + 1}/${rounds} ${contender.name}: ${sample.cpu.toFixed(1)} µs`);
    }
  }
  return samples;
}

/** The ledger is looked after twice a second. */
const SETTLING_MILLIS = 1_200;

/** What was spent when all usage was in the ledger, read before the gateway is asked whether it is. */
async function settled<T>(gateway: Gateway, spent: () => T): Promise<T> {
  for (;;) {
    await sleep(SETTLING_MILLIS);
    const now = spent();
    if (await gateway.isDrained()) {
      await gateway.drained();
      return now;
    }
  }
}

async function oneRound(scenario: Scenario, contender: Contender, seconds: number): Promise<Sample> {
  const { gateway, process } = contender;
  await gateway?.ask('reset-delay');
  const database = () => (gateway ? cpuMicros(gateway.databasePid) : Number.NaN);
  const before = { cpu: cpuMicros(process.pid), database: database(), ...ticks(process.pid) };
  const begun = performance.now();
  const report = await loaded(scenario, contender, seconds);
  const busy = (cpuMicros(process.pid) - before.cpu) / (performance.now() - begun) / 10;
  const loopDelay99 = gateway ? Number(await gateway.ask('delay')) : Number.NaN;
  const spent = () => ({ cpu: cpuMicros(process.pid), database: database(), ...ticks(process.pid) });
  const after = gateway ? await settled(gateway, spent) : spent();
  const system = after.system - before.system;
  return {
    cpu: (after.cpu - before.cpu) / report.requests,
    kernel: (system / Math.max(1, after.user - before.user + system)) * 100,
    busy,
    rps: report.rps,
    p50: report.p50,
    p99: report.p99,
    firstByte50: report.ttfb50 ?? Number.NaN,
    megabytes: residentMegabytes(process.pid),
    loopDelay99,
    postgres: (after.database - before.database) / report.requests,
  };
}

/** Loads a contender as the scenario says. Throws with the contender's name when a request went wrong. */
export async function loaded(scenario: Scenario, contender: Contender, seconds: number) {
  const { port, headers } = contender;
  const { path, body } = contender.asks?.(scenario.shape) ?? {
    path: '/v1/chat/completions',
    body: requestFile(contender.alias, scenario.shape),
  };
  try {
    return await load({ ...scenario, port, headers, path, body, seconds });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${contender.name}, ${scenario.id}: ${reason} ${contender.process.complaints()}`, { cause });
  }
}
