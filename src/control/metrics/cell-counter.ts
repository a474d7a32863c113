import { Counter, type Registry } from 'prom-client';
import { Cells } from './cells.ts';

export interface MetricName<Label extends string> {
  readonly name: string;
  readonly help: string;
  /** In the order in which the series name them. */
  readonly labelNames: readonly Label[];
}

type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** A Prometheus counter that is counted in cells and takes the library's form only when it is scraped. */
export class CellCounter<Label extends string> {
  readonly #cells = new Cells();
  readonly #begun: { readonly labels: Labels<Label>; readonly at: number }[] = [];

  constructor(registry: Registry, { name, help, labelNames }: MetricName<Label>) {
    const cells = this.#cells;
    const begun = this.#begun;
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, at } of begun) this.inc(labels, cells.values[at]);
      },
    });
  }

  /** To be made once and kept. The series begins with its first count. */
  series(labels: Labels<Label>): CountedSeries {
    return new CountedSeries(this.#cells, at => this.#begun.push({ labels, at }));
  }
}

export class CountedSeries {
  readonly #cells: Cells;
  readonly #begin: (at: number) => void;
  #at = -1;

  constructor(cells: Cells, begin: (at: number) => void) {
    this.#cells = cells;
    this.#begin = begin;
  }

  /** Prometheus counts only upwards, so the amount must be finite and not negative. */
  add(amount: number): void {
    if (this.#at < 0) {
      this.#at = this.#cells.take(1);
      this.#begin(this.#at);
    }
    this.#cells.values[this.#at]! += amount;
  }
}
