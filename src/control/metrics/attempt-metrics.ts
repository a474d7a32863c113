import { Counter, Histogram, type Registry } from 'prom-client';
import type { Snapshot } from '../../spec/snapshot.ts';
import type { UsageEvent } from '../../spec/usage-event.ts';
import { Bounded, other } from './bounded.ts';
import { knownTarget } from './known-target.ts';

/** Together with the members of `tokenClasses` and the outcomes these keep all series below 20,000. */
const MOST_TARGETS = 500;
const MOST_TEAMS = 1000;
const MOST_PROVIDERS = 200;

type Read = (event: UsageEvent) => number;

/** The ledger's input and output are whole; here every token is in one class, so that classes can be added up. */
const tokenClasses: readonly (readonly [string, Read])[] = [
  ['input', event => event.input_tokens - cachedTokens(event) - event.audio_input_tokens - event.image_input_tokens],
  ['cache_read', event => event.cache_read_tokens],
  ['cache_write', event => event.cache_write_5m_tokens + event.cache_write_1h_tokens],
  [
    'output',
    event => event.output_tokens - event.reasoning_tokens - event.audio_output_tokens - event.image_output_tokens,
  ],
  ['reasoning', event => event.reasoning_tokens],
  ['audio_input', event => event.audio_input_tokens],
  ['audio_output', event => event.audio_output_tokens],
  ['image_input', event => event.image_input_tokens],
  ['image_output', event => event.image_output_tokens],
];

const cachedTokens: Read = event => event.cache_read_tokens + event.cache_write_5m_tokens + event.cache_write_1h_tokens;

/** Counts attempts, their tokens and cost by target and by team. */
export function attemptMetrics(registry: Registry, known: () => Snapshot | null): (event: UsageEvent) => void {
  const targets = new Bounded(targetMetrics(registry), MOST_TARGETS, knownTarget(known));
  const teams = new Bounded(teamMetrics(registry), MOST_TEAMS);
  const firstToken = firstTokenMetrics(registry);
  return event => {
    targets.get(event.target)(event);
    teams.get(event.team)(event);
    if (event.first_token_millis !== null) firstToken.get(event.provider).observe(event.first_token_millis / 1000);
  };
}

function targetMetrics(registry: Registry): (target: string) => (event: UsageEvent) => void {
  const registers = [registry];
  const labelNames = ['provider', 'target'] as const;
  const attempts = new Counter({
    name: 'tollgate_attempts_total',
    help: 'Requests to providers',
    labelNames: [...labelNames, 'outcome'],
    registers,
  });
  const tokens = new Counter({
    name: 'tollgate_tokens_total',
    help: 'Tokens by class; every token is in one class',
    labelNames: [...labelNames, 'class'],
    registers,
  });
  const cost = new Counter({
    name: 'tollgate_cost_usd_total',
    help: 'Cost of attempts with a known price, rounded to a floating-point number; the ledger has the exact one',
    labelNames,
    registers,
  });
  const unpriced = new Counter({
    name: 'tollgate_unpriced_attempts_total',
    help: 'Attempts whose price is unknown',
    labelNames,
    registers,
  });
  return target => {
    // `other` has many providers; a known target's provider stands before its slash.
    const provider = target === other ? other : target.slice(0, target.indexOf('/'));
    const outcomes = new Map<string, Counter.Internal>();
    const classes = tokenClasses.map(([label, read]) => ({ label, read, child: lazy<Counter.Internal>() }));
    const targetCost = lazy<Counter.Internal>();
    const targetUnpriced = lazy<Counter.Internal>();
    return event => {
      let outcome = outcomes.get(event.outcome);
      if (outcome === undefined) {
        outcome = attempts.labels(provider, target, event.outcome);
        outcomes.set(event.outcome, outcome);
      }
      outcome.inc();
      for (const { label, read, child } of classes) {
        const amount = read(event);
        if (amount > 0) child(() => tokens.labels(provider, target, label)).inc(amount);
      }
      if (event.cost_usd === null) targetUnpriced(() => unpriced.labels(provider, target)).inc();
      else
        addCost(
          targetCost(() => cost.labels(provider, target)),
          event.cost_usd,
        );
    };
  };
}

function teamMetrics(registry: Registry): (team: string) => (event: UsageEvent) => void {
  const registers = [registry];
  const attempts = new Counter({
    name: 'tollgate_team_attempts_total',
    help: 'Requests to providers by team',
    labelNames: ['team'],
    registers,
  });
  const cost = new Counter({
    name: 'tollgate_team_cost_usd_total',
    help: 'Cost of attempts with a known price by team, as a floating-point number',
    labelNames: ['team'],
    registers,
  });
  return team => {
    const teamAttempts = attempts.labels(team);
    const teamCost = cost.labels(team);
    return event => {
      teamAttempts.inc();
      if (event.cost_usd !== null) addCost(teamCost, event.cost_usd);
    };
  };
}

function firstTokenMetrics(registry: Registry): Bounded<Histogram.Internal<'provider'>> {
  const histogram = new Histogram({
    name: 'tollgate_first_token_seconds',
    help: 'Time from the start of an attempt to its first content',
    labelNames: ['provider'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 60],
    registers: [registry],
  });
  return new Bounded(provider => histogram.labels(provider), MOST_PROVIDERS);
}

/** A counter only grows; what a correction takes back stands in the ledger. */
function addCost(counter: Counter.Internal, usd: string): void {
  const amount = Number(usd);
  if (amount > 0 && Number.isFinite(amount)) counter.inc(amount);
}

/** Makes its child at first use, so that a series which counts nothing does not exist. */
function lazy<T>(): (make: () => T) => T {
  let made: T | undefined;
  return make => {
    made ??= make();
    return made;
  };
}
