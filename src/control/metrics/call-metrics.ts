import type { Registry } from 'prom-client';
import type { Observer } from '../../spec/observer.ts';
import { Bounded, other } from './bounded.ts';
import { CellCounter } from './cell-counter.ts';
import { CellHistogram } from './cell-histogram.ts';

/** More operations than there are; statuses are counted by class. */
const MOST_OPERATIONS = 50;
const CLASSES = Array.from({ length: 10 }, (_, hundreds) => `${hundreds}xx`);

/** Counts calls by operation: their statuses, how long they took and what of that was ours. Never throws. */
export function callMetrics(registry: Registry): Observer['call'] {
  const calls = new CellCounter(registry, {
    name: 'tollgate_calls_total',
    help: 'Calls by operation and class of the status sent to the client',
    labelNames: ['operation', 'status'],
  });
  const duration = new CellHistogram(registry, {
    name: 'tollgate_call_duration_seconds',
    help: 'Time a call took in all',
    labelNames: ['operation'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
  });
  const overhead = new CellHistogram(registry, {
    name: 'tollgate_overhead_seconds',
    help: 'Part of a call that was spent in the gateway',
    labelNames: ['operation'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
  });
  const operations = new Bounded(
    operation => ({
      classes: CLASSES.map(status => calls.series({ operation, status })),
      left: calls.series({ operation, status: '499' }),
      strange: calls.series({ operation, status: other }),
      duration: duration.series({ operation }),
      overhead: overhead.series({ operation }),
    }),
    MOST_OPERATIONS,
  );
  return (operation, status, totalMillis, overheadMillis) => {
    const own = operations.get(operation);
    // 499 stands alone: the client left, which is neither its mistake nor ours.
    const counted = status === 499 ? own.left : (own.classes[Math.trunc(status / 100)] ?? own.strange);
    counted.add(1);
    own.duration.observe(totalMillis / 1000);
    own.overhead.observe(overheadMillis / 1000);
  };
}
