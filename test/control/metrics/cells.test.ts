import { Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Bounded } from '../../../src/control/metrics/bounded.ts';
import { CellCounter } from '../../../src/control/metrics/cell-counter.ts';
import { CellHistogram } from '../../../src/control/metrics/cell-histogram.ts';
import { createMetrics } from '../../../src/control/metrics/create-metrics.ts';
import { usageEvent } from '../../store/ledger/usage-event.ts';

/** More series than the cells have room for at first, one of them with a text that must be escaped. */
const names = ['a"b\\c\nd', ...Array.from({ length: 100 }, (_, index) => `n${index}`)];
const amounts = [1, 0.1, 0.2, 1e-9, 3, 1e15, 0];

function twoCounters() {
  const about = { name: 'things_total', help: 'Things\nof "all" kinds', labelNames: ['who', 'what'] as const };
  const plain = new Registry();
  const cells = new Registry();
  return {
    plain,
    cells,
    reference: new Counter({ ...about, registers: [plain] }),
    counter: new CellCounter(cells, about),
  };
}

test('a counter in cells reads like the one of the library, to the last digit and in the same order', async () => {
  const { plain, cells, reference, counter } = twoCounters();
  const series = names.map(who => counter.series({ who, what: 'x' }));
  expect(await cells.metrics()).toBe(await plain.metrics());

  for (const index of [...names.keys()].reverse()) {
    for (const amount of amounts) {
      reference.inc({ who: names[index]!, what: 'x' }, amount);
      series[index]!.add(amount);
    }
  }
  expect(await cells.metrics()).toBe(await plain.metrics());
  expect(await cells.metrics()).toBe(await plain.metrics());
  expect(await cells.getMetricsAsJSON()).toEqual(await plain.getMetricsAsJSON());
});

test('two makers of the same series count into one', async () => {
  const { plain, cells, reference, counter } = twoCounters();
  for (const amount of [1, 2]) {
    counter.series({ who: 'a', what: 'b' }).add(amount);
    reference.inc({ who: 'a', what: 'b' }, amount);
  }
  expect(await cells.metrics()).toBe(await plain.metrics());
});

test('a histogram in cells reads like the one of the library, its bounds included', async () => {
  const about = { name: 'seconds', help: 'Time', labelNames: ['who', 'what'] as const, buckets: [0.05, 0.1, 1, 30] };
  const plain = new Registry();
  const cells = new Registry();
  const reference = new Histogram({ ...about, buckets: [...about.buckets], registers: [plain] });
  const histogram = new CellHistogram(cells, about);
  const series = names.map(who => histogram.series({ who, what: 'x' }));
  expect(await cells.metrics()).toBe(await plain.metrics());

  for (const index of [...names.keys()].reverse()) {
    for (const value of [0, -1, 0.05, 0.050001, 0.1, 0.3, 1, 29.9, 30, 30.1, 1e9].slice(index % 5)) {
      reference.observe({ who: names[index]!, what: 'x' }, value);
      series[index]!.observe(value);
    }
  }
  expect(await cells.metrics()).toBe(await plain.metrics());
  expect(await cells.metrics()).toBe(await plain.metrics());
  // The library adds room for exemplars, which only its other format knows.
  expect(await plain.getMetricsAsJSON()).toMatchObject(await cells.getMetricsAsJSON());
});

test('what is no finite number is observed by nobody', async () => {
  const registry = new Registry();
  const about = { name: 'seconds', help: 'Time', labelNames: ['who'], buckets: [1] };
  const series = new CellHistogram(registry, about).series({ who: 'a' });
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) series.observe(value);
  expect((await registry.getSingleMetric('seconds')?.get())?.values).toEqual([]);
});

test('a value that is called as the shared one is shares with it', () => {
  const bounded = new Bounded(name => ({ name }), 2);
  const named = bounded.get('other');
  bounded.get('a');
  expect(bounded.get('b')).toBe(named);
});

test('nothing that is called or refused makes the series grow beyond their bounds', async () => {
  const { observer, registry } = createMetrics({ known: () => null });
  for (let index = 0; index < 3_000; index++) {
    const name = `${index}`;
    observer.call(name, index, 1, 1);
    observer.attempt(usageEvent({ provider: name, target: `${name}/m`, team: name, model: name }));
  }
  const series = (await registry.metrics()).split('\n').filter(line => line.startsWith('tollgate_'));
  expect(series.length).toBeLessThan(20_000);
  expect(series.filter(line => line.startsWith('tollgate_team_attempts_total')).length).toBe(1_001);
});

test('a strange status counts as another one', async () => {
  const { observer, registry } = createMetrics({ known: () => null });
  for (const status of [0, 101, 204, 499, 999, 1000, -100, Number.NaN]) observer.call('chat', status, 1, 1);
  const text = await registry.getSingleMetricAsString('tollgate_calls_total');
  const counts = [...text.matchAll(/status="(\w+)"\} (\d)/g)].map(([, status, count]) => `${status}:${count}`);
  expect(counts).toEqual(['0xx:1', '1xx:1', '2xx:1', '499:1', '9xx:1', 'other:3']);
});
