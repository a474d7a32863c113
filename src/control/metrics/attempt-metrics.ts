import type { Registry } from 'prom-client';
import type { Snapshot } from '../../spec/snapshot.ts';
import type { UsageEvent } from '../../spec/usage-event.ts';
import { Bounded, other } from './bounded.ts';
import { CellCounter } from './cell-counter.ts';
import { CellHistogram, type ObservedSeries } from './cell-histogram.ts';
import { knownTarget } from './known-target.ts';
import { tokenClasses } from './token-classes.ts';

/** With the token classes these keep all series of a process below 20,000. */
const MOST_TARGETS = 500;
const MOST_TEAMS = 1000;
const MOST_PROVIDERS = 200;
const MOST_OUTCOMES = 5;

type Count = (event: UsageEvent) => void;
/** `usd` is what the event adds to counters of cost. */
type CountPriced = (event: UsageEvent, usd: number) => void;

/** Counts attempts, their tokens and cost by target and by team. Never throws. */
export function attemptMetrics(registry: Registry, known: () => Snapshot | null): Count {
  const countTarget = targetCounters(registry);
  const targets = new Bounded(target => countTarget(providerOf(target), target), MOST_TARGETS, knownTarget(known));
  const others = new Bounded(provider => countTarget(provider, other), MOST_PROVIDERS);
  const teams = new Bounded(teamCounters(registry), MOST_TEAMS);
  const firstToken = firstTokenMetrics(registry);
  return event => {
    const usd = countableUsd(event.cost_usd);
    (targets.find(event.target) ?? others.get(event.provider))(event, usd);
    teams.get(event.team)(event, usd);
    if (event.first_token_millis !== null) firstToken.get(event.provider).observe(event.first_token_millis / 1000);
  };
}

const providerOf = (target: string): string => target.slice(0, target.indexOf('/'));

function targetCounters(registry: Registry): (provider: string, target: string) => CountPriced {
  const counter = <Label extends string>(name: string, help: string, ...more: readonly Label[]) =>
    new CellCounter(registry, { name, help, labelNames: ['provider', 'target', ...more] });
  const attempts = counter('tollgate_attempts_total', 'Requests to providers', 'outcome');
  const tokens = counter('tollgate_tokens_total', 'Tokens; every token is in one class', 'class');
  const cost = counter('tollgate_cost_usd_total', 'Cost where the price is known; the ledger has the exact sum');
  const unpriced = counter('tollgate_unpriced_attempts_total', 'Attempts whose price is unknown');

  return (provider, target) => {
    const outcomes = new Bounded(outcome => attempts.series({ provider, target, outcome }), MOST_OUTCOMES);
    const classes = [...tokenClasses].map(([name, read]) => ({
      read,
      series: tokens.series({ provider, target, class: name }),
    }));
    const ownCost = cost.series({ provider, target });
    const ownUnpriced = unpriced.series({ provider, target });
    return (event, usd) => {
      outcomes.get(event.outcome).add(1);
      for (const { read, series } of classes) {
        const amount = read(event);
        if (amount > 0) series.add(amount);
      }
      if (event.cost_usd === null) ownUnpriced.add(1);
      else if (usd > 0) ownCost.add(usd);
    };
  };
}

function teamCounters(registry: Registry): (team: string) => CountPriced {
  const counter = (name: string, help: string) => new CellCounter(registry, { name, help, labelNames: ['team'] });
  const attempts = counter('tollgate_team_attempts_total', 'Requests to providers by team');
  const cost = counter('tollgate_team_cost_usd_total', 'Cost by team where the price is known');
  return team => {
    const ownAttempts = attempts.series({ team });
    const ownCost = cost.series({ team });
    return (_event, usd) => {
      ownAttempts.add(1);
      if (usd > 0) ownCost.add(usd);
    };
  };
}

function firstTokenMetrics(registry: Registry): Bounded<ObservedSeries> {
  const histogram = new CellHistogram(registry, {
    name: 'tollgate_first_token_seconds',
    help: 'Time from the start of an attempt to its first content',
    labelNames: ['provider'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 60],
  });
  return new Bounded(provider => histogram.series({ provider }), MOST_PROVIDERS);
}

/** Prometheus counts in floating point and only upwards; what a correction takes back stands in the ledger. */
function countableUsd(usd: string | null): number {
  const amount = usd === null ? 0 : Number(usd);
  return amount > 0 && Number.isFinite(amount) ? amount : 0;
}
