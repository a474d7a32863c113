import { Histogram, type Registry } from 'prom-client';
import type { MetricName } from './cell-counter.ts';
import { Cells } from './cells.ts';

export interface HistogramName<Label extends string> extends MetricName<Label> {
  /** Upper bounds, rising. */
  readonly buckets: readonly number[];
}

type Labels = Readonly<Record<string, string>>;

/** A Prometheus histogram that is counted in cells and takes the library's form only when it is scraped. */
export class CellHistogram<Label extends string> {
  readonly #cells = new Cells();
  readonly #bounds: readonly number[];
  readonly #begun: Begun[] = [];

  constructor(registry: Registry, { name, help, labelNames, buckets }: HistogramName<Label>) {
    this.#bounds = buckets;
    const read = () => this.#begun.flatMap(series => valuesOf(name, series, buckets, this.#cells.values));
    new ScrapedHistogram({ name, help, labelNames, buckets: [...buckets], registers: [registry] }, read);
  }

  /** To be made once and kept. The series begins with its first observation. */
  series(labels: Readonly<Record<Label, string>>): ObservedSeries {
    return new ObservedSeries(this.#cells, this.#bounds, at => this.#begun.push({ labels, at }));
  }
}

/** Of a series: a cell for each bucket, one for what is above them all, one for the sum. */
export class ObservedSeries {
  readonly #cells: Cells;
  readonly #bounds: readonly number[];
  readonly #begin: (at: number) => void;
  #at = -1;

  constructor(cells: Cells, bounds: readonly number[], begin: (at: number) => void) {
    this.#cells = cells;
    this.#bounds = bounds;
    this.#begin = begin;
  }

  /** What is no finite number would spoil the sum for good and is left out. */
  observe(value: number): void {
    if (!Number.isFinite(value)) return;
    const bounds = this.#bounds;
    if (this.#at < 0) {
      this.#at = this.#cells.take(bounds.length + 2);
      this.#begin(this.#at);
    }
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    const { values } = this.#cells;
    values[this.#at + bucket]! += 1;
    values[this.#at + bounds.length + 1]! += value;
  }
}

interface Begun {
  readonly labels: Labels;
  readonly at: number;
}

interface ScrapedValue {
  readonly metricName: string;
  readonly labels: Record<string, string | number>;
  readonly sharedLabels: Labels;
  readonly value: number;
}

/** The library's histogram with values from elsewhere. */
class ScrapedHistogram extends Histogram {
  readonly #described: { readonly name: string; readonly help: string };
  readonly #read: () => readonly ScrapedValue[];

  constructor(options: ConstructorParameters<typeof Histogram>[0], read: () => readonly ScrapedValue[]) {
    super(options);
    this.#described = { name: options.name, help: options.help };
    this.#read = read;
  }

  /** What the library's registry and its own `get` both ask for; absent from its types, so a test compares the text. */
  async getForPromString() {
    return { ...this.#described, type: 'histogram', aggregator: 'sum', values: this.#read() };
  }
}

function valuesOf(name: string, { labels, at }: Begun, bounds: readonly number[], cells: Float64Array): ScrapedValue[] {
  const value = (suffix: string, own: Record<string, string | number>, amount: number): ScrapedValue => ({
    metricName: `${name}_${suffix}`,
    labels: own,
    sharedLabels: labels,
    value: amount,
  });
  let count = 0;
  const buckets = [...bounds, '+Inf'].map((le, index) => {
    count += cells[at + index]!;
    return value('bucket', { le }, count);
  });
  return [...buckets, value('sum', {}, cells[at + bounds.length + 1]!), value('count', {}, count)];
}
