import type { GatewayProcess } from '../gateway-process.ts';
import type { Sample } from './memory.ts';

export interface Watch {
  readonly memory: readonly Sample[];
  /** Millis, the worst second of each scrape. */
  readonly loopDelays: readonly number[];
  /** Scrapes that failed. */
  readonly missed: number;
  /** Processor time so far, in seconds. */
  processorSeconds(): Promise<number>;
  openCalls(): Promise<number>;
  stop(): void;
}

/** Looks at the gateway's own metrics once a second. */
export function watch(gateway: GatewayProcess): Watch {
  const began = performance.now();
  const memory: Sample[] = [];
  const loopDelays: number[] = [];
  let missed = 0;
  let asking = false;
  const timer = setInterval(async () => {
    if (asking) return;
    asking = true;
    try {
      const text = await gateway.metrics();
      memory.push({ millis: performance.now() - began, bytes: metricOf(text, 'process_resident_memory_bytes') });
      loopDelays.push(metricOf(text, 'nodejs_eventloop_lag_p99_seconds') * 1000);
    } catch {
      missed++;
    }
    asking = false;
  }, 1000);
  return {
    memory,
    loopDelays,
    get missed() {
      return missed;
    },
    processorSeconds: async () => metricOf(await gateway.metrics(), 'process_cpu_seconds_total'),
    openCalls: async () => metricOf(await gateway.metrics(), 'tollgate_open_calls'),
    stop: () => clearInterval(timer),
  };
}

function metricOf(metrics: string, name: string): number {
  const line = metrics.split('\n').find(each => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`the metrics have no ${name}`);
  return Number(line.slice(name.length + 1));
}
