import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Observer } from '../../spec/observer.ts';
import type { Snapshot } from '../../spec/snapshot.ts';
import type { SnapshotSource } from '../health/status-schema.ts';
import type { LedgerStatus } from '../ledger/ledger-writer.ts';
import { attemptMetrics } from './attempt-metrics.ts';
import { Bounded } from './bounded.ts';
import { callMetrics } from './call-metrics.ts';
import { CellCounter } from './cell-counter.ts';

/** More error codes than there are. */
const MOST_CODES = 200;

/** How often the event loop's delay is sampled: a tenth of it would wake an idle process a hundred times a second. */
const LOOP_SAMPLE_MILLIS = 100;

export interface MetricsSources {
  /** The snapshot whose names may be label values. */
  readonly known: () => Snapshot | null;
  /** Asked at every scrape, where it is given. */
  readonly ledger?: () => LedgerStatus;
  /** Where the snapshot comes from. */
  readonly source?: () => SnapshotSource;
  /** Asked at every scrape; throws while the database does not answer. */
  readonly pingDatabase?: () => Promise<void>;
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
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_SAMPLE_MILLIS });
  if (sources.ledger) ledgerGauges(registry, sources.ledger);
  if (sources.source) sourceGauge(registry, sources.source);
  if (sources.pingDatabase) databaseGauge(registry, sources.pingDatabase);
  new Gauge({
    name: 'tollgate_snapshot_version',
    help: 'Number of the configuration that calls are served with',
    registers: [registry],
    collect() {
      this.set(sources.known()?.version ?? 0);
    },
  });
  let open = 0;
  new Gauge({
    name: 'tollgate_open_calls',
    help: 'Calls being served',
    registers: [registry],
    collect() {
      this.set(open);
    },
  });
  const refused = new CellCounter(registry, {
    name: 'tollgate_refused_total',
    help: 'Requests refused before any attempt',
    labelNames: ['code'],
  });
  const codes = new Bounded(code => refused.series({ code }), MOST_CODES);
  return {
    registry,
    observer: {
      attempt: attemptMetrics(registry, sources.known),
      call: callMetrics(registry),
      refused: code => codes.get(code).add(1),
      open: change => {
        open += change;
      },
    },
  };
}

function sourceGauge(registry: Registry, source: () => SnapshotSource): void {
  new Gauge({
    name: 'tollgate_snapshot_source',
    help: '1 for where the configuration in use comes from; disk: the database was not there at the start',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      const current = source();
      for (const name of ['database', 'disk']) this.set({ source: name }, name === current ? 1 : 0);
    },
  });
}

function databaseGauge(registry: Registry, ping: () => Promise<void>): void {
  new Gauge({
    name: 'tollgate_database_up',
    help: '1 when the database answers',
    registers: [registry],
    async collect() {
      const up = await ping().then(
        () => 1,
        () => 0,
      );
      this.set(up);
    },
  });
}

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
