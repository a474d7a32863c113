import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { otherKey } from '../../security/http-corpus/requests.ts';
import { fakeProvider } from '../../support/fake-provider.ts';
import { freePort } from '../../support/free-port.ts';
import { testKey } from '../../support/tollgate.ts';
import { type GatewayProcess, openGateway } from '../gateway-process.ts';
import { readLedger, type Verdict, verdict } from '../verdict.ts';
import { honestTraffic } from './honest.ts';
import { judgeMemory, type MemoryVerdict } from './memory.ts';
import { echoing } from './provider-script.ts';
import { type Watch, watch } from './watch.ts';

export interface SoakOptions {
  readonly seconds: number;
  /** Honest calls a second. */
  readonly perSecond: number;
  /** 1: the attacks at their full size. */
  readonly intensity: number;
  /** More settings of the gateway. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
}

/** What one kind of attack heard, and how often. */
export type AttackCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface SoakResult {
  /** Honest latencies in millis, without and with the attack. */
  readonly quiet: readonly number[];
  readonly attacked: readonly number[];
  readonly attacks: AttackCounts;
  readonly ledger: Verdict;
  readonly memory: MemoryVerdict;
  readonly loopDelays: readonly number[];
  /** Millis by which the honest clients' own clock was late at worst: so much of a latency may be theirs. */
  readonly ownDelay: number;
  /** Share of one processor that the gateway took, without and with the attack. */
  readonly processor: readonly [quiet: number, attacked: number];
  readonly missedScrapes: number;
  /** Everything that must not be; empty where the proof holds. */
  readonly problems: readonly string[];
}

const KEYS = ['a', 'b', 'c', 'd'].map(letter => `tg_honest${letter.repeat(34)}`);
/** How long nothing but honest calls run, of the whole. */
const QUIET_SHARE = 0.1;
/** Code is compiled and the collector finds its sizes, whatever the run's length. */
const WARM_UP_MILLIS = 180_000;
/** So many calls the gateway remembers for who asks after them: before, memory grows by right. */
const REMEMBERED_CALLS = 10_000;
const MOST_QUIET_SECONDS = 60;
const MEBIBYTE = 1024 * 1024;
const CALM_MILLIS = 30_000;

/** A gateway process, honest clients, and attackers beside them for most of the time. Ends by itself. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-soak-'));
  const counts = { calls: 0, smuggled: 0 };
  const provider = await fakeProvider(echoing(counts));
  const began = performance.now();
  let full = Number.POSITIVE_INFINITY;
  const everySecond = setInterval(() => {
    // What it remembers of every call would be the only thing here that grows.
    provider.seen.splice(0);
    if (counts.calls >= REMEMBERED_CALLS) full = Math.min(full, performance.now() - began);
  }, 1000);
  writeFileSync(join(folder, 'tollgate.yaml'), configuration(provider.url));
  const port = await freePort();
  const gateway = openGateway(folder, { port, adminPort: await freePort() }, environmentOf(options));
  try {
    await gateway.start();
    const result = await soak(gateway, port, options, () => full);
    const smuggled = counts.smuggled === 0 ? [] : [`${counts.smuggled} smuggled calls reached the provider`];
    return { ...result, problems: [...result.problems, ...smuggled] };
  } finally {
    await gateway.end();
    clearInterval(everySecond);
    await provider.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const configuration = (url: string): string => `
providers: { box: { adapter: openai-compatible, base_url: "${url}", keys: ["sk-prove-00000000"] } }
teams: { honest: {}, search: {} }
keys:
${KEYS.map((_, index) => `  - { name: honest-${index}, team: honest, secret: "env:HONEST_${index}", models: ["*"] }`).join('\n')}
  - { name: attacker, team: search, secret: "env:ATTACKER_KEY", models: ["*"] }
  - { name: other, team: search, secret: "env:OTHER_KEY", models: ["*"] }
prices: [{ model: "box/*", input: 1, output: 2 }]
`;

/** The attackers have a key: without one they would not get far. */
const environmentOf = ({ environment = {} }: SoakOptions): Record<string, string> => ({
  LOG_LEVEL: 'warn',
  ATTACKER_KEY: testKey,
  OTHER_KEY: otherKey,
  ...Object.fromEntries(KEYS.map((key, index) => [`HONEST_${index}`, key])),
  ...environment,
});

async function soak(
  gateway: GatewayProcess,
  port: number,
  options: SoakOptions,
  remembering: () => number,
): Promise<SoakResult> {
  const { seconds, say } = options;
  const quietSeconds = Math.min(MOST_QUIET_SECONDS, seconds * QUIET_SHARE);
  const metrics = watch(gateway);
  const own = monitorEventLoopDelay({ resolution: 20 });
  own.enable();
  const honest = honestTraffic(gateway.url, KEYS, options.perSecond);
  try {
    const began = performance.now();
    say(`${quietSeconds.toFixed(0)} s of honest calls alone`);
    const spentBefore = await metrics.processorSeconds();
    await sleep(quietSeconds * 1000);
    const attacked = performance.now();
    const attackSeconds = seconds - quietSeconds;
    say(`${attackSeconds.toFixed(0)} s of attacks beside them`);
    const progress = () => {
      const resident = Math.round((metrics.memory.at(-1)?.bytes ?? 0) / MEBIBYTE);
      say(`${honest.seen.length} honest calls, ${honest.problems.length} of them failed; ${resident} MiB resident`);
    };
    const spent = await metrics.processorSeconds();
    const attacks = await attack(port, attackSeconds, options.intensity, progress);
    const spentAttacked = (await metrics.processorSeconds()) - spent;
    await honest.stop();
    const problems = [...honest.problems.slice(0, 20), ...(await calm(gateway, metrics))];
    metrics.stop();
    const ledger = verdict(honest.seen, await readLedger(gateway, 'team=honest'));
    const memory = judgeMemory(metrics.memory, Math.max(WARM_UP_MILLIS, remembering()));
    if (memory.flat === false) problems.push('memory grows');
    if (honest.seen.length === 0) problems.push('no honest call was made');
    return {
      quiet: honest.latencies(began, attacked),
      attacked: honest.latencies(attacked, Number.POSITIVE_INFINITY),
      attacks,
      ledger,
      memory,
      loopDelays: metrics.loopDelays,
      ownDelay: own.max / 1e6,
      processor: [(spent - spentBefore) / quietSeconds, spentAttacked / attackSeconds],
      missedScrapes: metrics.missed,
      problems: [...problems, ...ledger.problems.slice(0, 20)],
    };
  } finally {
    own.disable();
    metrics.stop();
    await honest.stop();
  }
}

/** Lets the attackers loose for so long; tells of it every minute. */
async function attack(port: number, seconds: number, intensity: number, progress: () => void): Promise<AttackCounts> {
  const worker = new Worker(new URL('./attack-worker.ts', import.meta.url), {
    workerData: { port, seconds, intensity },
  });
  const minutes = setInterval(progress, 60_000);
  try {
    const [counts] = (await once(worker, 'message')) as [AttackCounts];
    return counts;
  } finally {
    clearInterval(minutes);
    await worker.terminate();
  }
}

/** After the attack the gateway lives, is ready, and serves nobody any more. */
async function calm(gateway: GatewayProcess, metrics: Watch): Promise<readonly string[]> {
  if (!gateway.running) return ['the gateway has ended'];
  const deadline = performance.now() + CALM_MILLIS;
  while ((await metrics.openCalls()) > 0 && performance.now() < deadline) await sleep(200);
  const open = await metrics.openCalls();
  const ready = await fetch(`${gateway.url}/readyz`);
  return [
    ...(open > 0 ? [`${open} calls are open although nobody calls`] : []),
    ...(ready.ok ? [] : [`it is not ready: ${ready.status}`]),
  ];
}
