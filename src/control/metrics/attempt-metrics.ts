import { Counter, Histogram, type Registry } from 'prom-client';
import type { Snapshot } from '../../spec/snapshot.ts';
import type { UsageEvent } from '../../spec/usage-event.ts';
import { Bounded, other } from './bounded.ts';
import { knownTarget } from './known-target.ts';
import { tokenClasses } from './token-classes.ts';

/** With the token classes these keep all series of a process below 20,000. */
const MOST_TARGETS = 500;
const MOST_TEAMS = 1000;
const MOST_PROVIDERS = 200;
const MOST_OUTCOMES = 5;

type Count = (event: UsageEvent) => void;

/** Counts attempts, their tokens and cost by target and by team. Never throws. */
export function attemptMetrics(registry: Registry, known: () => Snapshot | null): Count {
  const countTarget = targetCounters(registry);
  const targets = new Bounded(target => countTarget(providerOf(target), target), MOST_TARGETS, knownTarget(known));
  const others = new Bounded(provider => countTarget(provider, other), MOST_PROVIDERS);
  const teams = new Bounded(teamCounters(registry), MOST_TEAMS);
  const firstToken = firstTokenMetrics(registry);
  return event => {
    (targets.find(event.target) ?? others.get(event.provider))(event);
    teams.get(event.team)(event);
    if (event.first_token_millis !== null) firstToken.get(event.provider).observe(event.first_token_millis / 1000);
  };
}

const providerOf = (target: string): string => target.slice(0, target.indexOf('/'));

function targetCounters(registry: Registry): (provider: string, target: string) => Count {
  const counter = (name: string, help: string, ...more: readonly string[]) =>
    new Counter({ name, help, labelNames: ['provider', 'target', ...more], registers: [registry] });
  const attempts = counter('tollgate_attempts_total', 'Requests to providers', 'outcome');
  const tokens = counter('tollgate_tokens_total', 'Tokens; every token is in one class', 'class');
  const cost = counter('tollgate_cost_usd_total', 'Cost where the price is known; the ledger has the exact sum');
  const unpriced = counter('tollgate_unpriced_attempts_total', 'Attempts whose price is unknown');

  // Prometheus' series begin with the first count, so binding a child makes none.
  return (provider, target) => {
    const outcomes = new Bounded(outcome => attempts.labels(provider, target, outcome), MOST_OUTCOMES);
    const classes = [...tokenClasses].map(([name, read]) => ({ read, child: tokens.labels(provider, target, name) }));
    const ownCost = cost.labels(provider, target);
    const ownUnpriced = unpriced.labels(provider, target);
    return event => {
      outcomes.get(event.outcome).inc();
      for (const { read, child } of classes) {
        const amount = read(event);
        if (amount > 0) child.inc(amount);
      }
      if (event.cost_usd === null) ownUnpriced.inc();
      else addCost(ownCost, event.cost_usd);
    };
  };
}

function teamCounters(registry: Registry): (team: string) => Count {
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['team'], registers: [registry] });
  const attempts = counter('tollgate_team_attempts_total', 'Requests to providers by team');
  const cost = counter('tollgate_team_cost_usd_total', 'Cost by team where the price is known');
  return team => {
    const ownAttempts = attempts.labels(team);
    const ownCost = cost.labels(team);
    return event => {
      ownAttempts.inc();
      if (event.cost_usd !== null) addCost(ownCost, event.cost_usd);
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

/** Prometheus counts in floating point and only upwards; what a correction takes back stands in the ledger. */
function addCost(counter: Counter.Internal, usd: string): void {
  const amount = Number(usd);
  if (amount > 0 && Number.isFinite(amount)) counter.inc(amount);
}
