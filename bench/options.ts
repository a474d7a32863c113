import { parseArgs } from 'node:util';
import type { Variant } from './contenders.ts';

/** What can be profiled: a scenario, or the translated call. */
export const profiles = ['json', 'big', 'sse', 'translated', 'translated-sse'] as const;
export type ProfileKind = (typeof profiles)[number];

export interface Options {
  readonly quick: boolean;
  readonly runs: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Contenders; null for the usual of each scenario. */
  readonly only: readonly string[] | null;
  /** Scenarios; null for all. */
  readonly scenarios: readonly string[] | null;
  readonly variants: readonly Variant[];
  readonly profile: ProfileKind | null;
  readonly allocations: boolean;
  readonly matrix: boolean;
  readonly write: boolean;
}

export const usage = `npm run bench -- [options]        full: three runs
npm run bench:quick -- [options]  one short run of nginx, bare Node and ours

  --only a,b             contenders; with --matrix clients
  --scenarios a,b        json, latency, big, sse
  --runs N --rounds N --secs N
  --variant name:KEY=VALUE[,KEY=VALUE]   one more gateway with these variables; may be repeated
  --profile json|big|sse|translated|translated-sse   where the gateway's time goes, instead of the table
  --alloc                with --profile: bytes allocated per request
  --matrix               every client dialect on every provider dialect, instead of the table
  --write                puts the results into docs/performance.md`;

/** Throws a TypeError that says what is wrong with the command line. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      rounds: { type: 'string' },
      secs: { type: 'string' },
      only: { type: 'string' },
      scenarios: { type: 'string' },
      variant: { type: 'string', multiple: true, default: [] },
      profile: { type: 'string' },
      alloc: { type: 'boolean', default: false },
      matrix: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  return {
    quick,
    runs: whole('runs', values.runs, quick ? 1 : 3),
    rounds: whole('rounds', values.rounds, quick ? 2 : 3),
    seconds: whole('secs', values.secs, quick ? 2 : 3),
    warmUpSeconds: quick ? 2 : 3,
    only: values.only?.split(',') ?? null,
    scenarios: values.scenarios?.split(',') ?? null,
    variants: values.variant.map(variant),
    profile: values.profile === undefined ? null : kind(values.profile),
    allocations: values.alloc,
    matrix: values.matrix,
    write: values.write,
  };
}

function whole(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new TypeError(`--${name}: expected a whole number from 1`);
  return Number(text);
}

function kind(text: string): ProfileKind {
  const found = profiles.find(one => one === text);
  if (found === undefined) throw new TypeError(`--profile: expected ${profiles.join(', ')}`);
  return found;
}

function variant(text: string): Variant {
  const [, name, settings] = /^([\w-]+):(.+)$/.exec(text) ?? [];
  const pairs = settings?.split(',').map(pair => /^(\w+)=(.*)$/.exec(pair)) ?? [];
  if (name === undefined || pairs.some(pair => pair === null)) {
    throw new TypeError('--variant: expected name:KEY=VALUE[,KEY=VALUE]');
  }
  return { name, environment: Object.fromEntries(pairs.map(pair => [pair?.[1], pair?.[2]])) };
}
