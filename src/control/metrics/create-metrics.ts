import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Observer } from '../../spec/observer.ts';
import type { Snapshot } from '../../spec/snapshot.ts';
import type { LedgerStatus } from '../ledger/ledger-writer.ts';
import { attemptMetrics } from './attempt-metrics.ts';
import { Bounded } from './bounded.ts';

/** More operations and error codes than there are; statuses are counted by class. */
const MOST_OPERATIONS = 50;
const MOST_CODES = 200;
const MOST_STATUSES = 10;

export interface MetricsSources {
  /** The snapshot whose names may be label values. */
  readonly known: () => Snapshot | null;
  /** Asked at every scrape, where it is given. */
  readonly ledger?: () => LedgerStatus;
}

export interface Metrics {
  readonly observer: Observer;
  readonly registry: Registry;
}

/**
 * Prometheus metrics of this process. Label values come from the configuration or from closed sets and are bounded in
 * number, so nothing a caller sends can make the series grow.
 */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  if (sources.ledger) ledgerGauges(registry, sources.ledger);
  new Gauge({
    name: 'tollgate_snapshot_version',
    help: 'Number of the configuration that calls are served with',
    registers: [registry],
    collect() {
      this.set(sources.known()?.version ?? 0);
    },
  });
  const open = new Gauge({ name: 'tollgate_open_calls', help: 'Calls being served', registers: [registry] });
  const refused = new Counter({
    name: 'tollgate_refused_total',
    help: 'Requests refused before any attempt',
    labelNames: ['code'],
    registers: [registry],
  });
  const codes = new Bounded(code => refused.labels(code), MOST_CODES);
  return {
    registry,
    observer: {
      attempt: attemptMetrics(registry, sources.known),
      call: callMetrics(registry),
      refused: code => codes.get(code).inc(),
      open: change => open.inc(change),
    },
  };
}

function callMetrics(registry: Registry): Observer['call'] {
  const registers = [registry];
  const calls = new Counter({
    name: 'tollgate_calls_total',
    help: 'Calls by operation and class of the status sent to the client',
    labelNames: ['operation', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'tollgate_call_duration_seconds',
    help: 'Time a call took in all',
    labelNames: ['operation'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    registers,
  });
  const overhead = new Histogram({
    name: 'tollgate_overhead_seconds',
    help: 'Part of a call that was spent in the gateway',
    labelNames: ['operation'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
    registers,
  });
  const operations = new Bounded(
    operation => ({
      statuses: new Bounded(status => calls.labels(operation, status), MOST_STATUSES),
      duration: duration.labels(operation),
      overhead: overhead.labels(operation),
    }),
    MOST_OPERATIONS,
  );
  return (operation, status, totalMillis, overheadMillis) => {
    const children = operations.get(operation);
    children.statuses.get(statusClass(status)).inc();
    children.duration.observe(totalMillis / 1000);
    children.overhead.observe(overheadMillis / 1000);
  };
}

/** 499 stands alone: the client left, which is neither its mistake nor ours. */
const statusClass = (status: number): string => (status === 499 ? '499' : `${Math.trunc(status / 100)}xx`);

function ledgerGauges(registry: Registry, ledger: () => LedgerStatus): void {
  const gauge = (name: string, help: string, read: (status: LedgerStatus) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read(ledger()));
      },
    });
  gauge('tollgate_ledger_lag_seconds', 'Age of the oldest usage not in the ledger', status => status.lagMillis / 1000);
  gauge('tollgate_spool_pending_events', 'Usage events not in the ledger', status => status.pendingEvents);
  gauge('tollgate_spool_pending_bytes', 'Bytes in the spool that are not shipped', status => status.pendingBytes);
  gauge('tollgate_spool_set_aside', 'Usage events that the database could not take', status => status.setAside);
}
