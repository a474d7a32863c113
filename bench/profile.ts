import { z } from 'zod';
import type { Contender } from './contenders.ts';
import { type Thread, threadsOf } from './cpu-time.ts';
import type { Gateway } from './gateway.ts';
import { loaded } from './measure.ts';
import { areaOf, type Frame, labelOf, ofBenchmark, ofLedger, ofProduct } from './profile-areas.ts';
import type { Scenario } from './scenarios.ts';

const CallFrame = z.object({ functionName: z.string(), url: z.string() });
const CpuProfile = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame: CallFrame, children: z.array(z.number()).optional() })),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

interface AllocationNode {
  readonly callFrame: Frame;
  readonly selfSize: number;
  readonly children: readonly AllocationNode[];
}
const AllocationNode: z.ZodType<AllocationNode> = z.object({
  callFrame: CallFrame,
  selfSize: z.number(),
  get children() {
    return z.array(AllocationNode);
  },
});
const Allocations = z.object({ head: AllocationNode });

/** Amounts by name; what they are in is said where they are made. */
type Tally = Map<string, number>;

export interface CpuReport {
  /** Percent of the main thread's busy time. */
  readonly areas: Tally;
  readonly functions: Tally;
  /** Percent of the whole process's CPU. */
  readonly ledgerShare: number;
  /** Micros per request, whole process, while profiled. */
  readonly cpu: number;
}

/** Loads the gateway with the profiler on. Its rows are not for the tables: profiling costs CPU itself. */
export async function profileCpu(scenario: Scenario, contender: Contender, seconds: number): Promise<CpuReport> {
  const gateway = contender.gateway!;
  await gateway.ask('start-profile');
  const before = threadsOf(gateway.process.pid);
  const { requests } = await loaded(scenario, contender, seconds);
  await gateway.drained();
  const after = threadsOf(gateway.process.pid);
  const profile = CpuProfile.parse(await gateway.ask('stop-profile'));
  const { areas, functions, ledger } = tallies(profile);
  const { others, workers } = spent(before, after);
  return {
    areas,
    functions,
    ledgerShare: ((ledger * others + workers) / (others + workers)) * 100,
    cpu: (others + workers) / requests,
  };
}

/**
 * The thread pool reads and forces the spool's files to disk and writes the access log, and counts as the ledger's as a
 * whole. The main thread and V8's helpers (collector, compiler) are shared out by samples.
 */
function spent(before: readonly Thread[], after: readonly Thread[]): { others: number; workers: number } {
  const sum = (threads: readonly Thread[], wanted: (name: string) => boolean) =>
    threads.filter(({ name }) => wanted(name)).reduce((total, { micros }) => total + micros, 0);
  const isWorker = (name: string) => name.startsWith('libuv-worker') || name.startsWith('iou-wrk');
  const isOther = (name: string) => !isWorker(name) && !/Prof/.test(name);
  return { others: sum(after, isOther) - sum(before, isOther), workers: sum(after, isWorker) - sum(before, isWorker) };
}

/**
 * Self time by area and function in percent, and the ledger's share of all JavaScript. The spool calls back into the
 * way of the call, so what counts is the nearest frame of the product above the running one.
 */
function tallies(profile: z.output<typeof CpuProfile>): { areas: Tally; functions: Tally; ledger: number } {
  const frames = new Map(profile.nodes.map(node => [node.id, node.callFrame]));
  const below = nodesNearest(profile.nodes, ofProduct, ofLedger);
  const own = nodesBelow(profile.nodes, ofBenchmark);
  const [areas, functions]: [Tally, Tally] = [new Map(), new Map()];
  let [busy, attributed, ledger] = [0, 0, 0];
  profile.samples.forEach((id, at) => {
    const frame = frames.get(id);
    const micros = profile.timeDeltas[at] ?? 0;
    if (!frame || own.has(id) || frame.functionName === '(idle)' || frame.functionName === '(root)') return;
    busy += micros;
    add(areas, areaOf(frame), micros);
    add(functions, labelOf(frame), micros);
    // Neither of the two has a stack; they are shared out like the rest.
    if (frame.functionName === '(garbage collector)' || frame.functionName === '(program)') return;
    attributed += micros;
    if (below.has(id)) ledger += micros;
  });
  const percent = (tally: Tally) => sorted(tally, value => (value / busy) * 100);
  return { areas: percent(areas), functions: percent(functions), ledger: ledger / attributed };
}

type Nodes = z.output<typeof CpuProfile>['nodes'];

/** Ids of all nodes whose nearest frame that is `eligible`, themselves included, is `wanted`. */
function nodesNearest(
  nodes: Nodes,
  eligible: (frame: Frame) => boolean,
  wanted: (frame: Frame) => boolean,
): ReadonlySet<number> {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const found = new Set<number>();
  const mark = (id: number, above: boolean): void => {
    const node = byId.get(id);
    if (!node) return;
    const within = eligible(node.callFrame) ? wanted(node.callFrame) : above;
    if (within) found.add(id);
    for (const child of node.children ?? []) mark(child, within);
  };
  if (nodes[0]) mark(nodes[0].id, false);
  return found;
}

/** Ids of all nodes that are such a frame or have one above them. */
function nodesBelow(nodes: Nodes, wanted: (frame: Frame) => boolean): ReadonlySet<number> {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const found = new Set<number>();
  const mark = (id: number, inside: boolean): void => {
    const node = byId.get(id);
    if (!node) return;
    const within = inside || wanted(node.callFrame);
    if (within) found.add(id);
    for (const child of node.children ?? []) mark(child, within);
  };
  if (nodes[0]) mark(nodes[0].id, false);
  return found;
}

function add(tally: Tally, name: string, amount: number): void {
  tally.set(name, (tally.get(name) ?? 0) + amount);
}

const sorted = (tally: Tally, convert: (value: number) => number): Tally =>
  new Map([...tally].map(([name, value]) => [name, convert(value)] as const).sort((a, b) => b[1] - a[1]));

/** Bytes allocated per request, by function, sampled; what was collected meanwhile is counted too. */
export async function profileAllocations(scenario: Scenario, contender: Contender, seconds: number): Promise<Tally> {
  const gateway: Gateway = contender.gateway!;
  await gateway.ask('start-allocations');
  const { requests } = await loaded(scenario, contender, seconds);
  const { head } = Allocations.parse(await gateway.ask('stop-allocations'));
  await gateway.drained();
  const tally: Tally = new Map();
  const visit = (node: AllocationNode): void => {
    add(tally, labelOf(node.callFrame), node.selfSize);
    for (const child of node.children) visit(child);
  };
  visit(head);
  return sorted(tally, bytes => bytes / requests);
}

/** The largest members of a tally, one a line. */
export const listed = (tally: Tally, most: number, places: number): string =>
  [...tally]
    .slice(0, most)
    .map(([name, value]) => `${value.toFixed(places).padStart(8)}  ${name}`)
    .join('\n');
