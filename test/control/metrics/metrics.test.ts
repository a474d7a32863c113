import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics, type Metrics } from '../../../src/control/metrics/create-metrics.ts';
import type { ConfiguredProvider, Snapshot, Target } from '../../../src/spec/snapshot.ts';
import { usageEvent } from '../../store/ledger/usage-event.ts';
import { type OpenControl, openControl } from '../app/open-control.ts';

const provider: ConfiguredProvider = {
  name: 'openai',
  adapter: null,
  origin: 'https://api.example.com',
  basePath: '',
  keys: [],
  keyless: true,
  models: new Set(['gpt-5']),
  pricesFrom: 'openai',
};
const target: Target = { provider, model: 'tuned', name: 'openai/tuned', weight: 1 };
const timeouts = { connectMillis: 1, firstTokenMillis: 1, idleMillis: 1, totalMillis: 1 };
const snapshot: Snapshot = {
  version: 12,
  organization: 'default',
  principals: new Map(),
  soleTeam: true,
  providers: new Map([['openai', provider]]),
  policies: new Map([
    ['fast', { name: 'fast', strategy: 'priority', targets: [target], fallbacks: [], retries: 2, timeouts }],
  ]),
  prices: { version: 'test', find: () => null, models: () => [] },
};

const values = async ({ registry }: Metrics, name: string) =>
  ((await registry.getSingleMetric(name)?.get())?.values ?? []).map(({ labels, value }) => ({ ...labels, value }));

test('an attempt counts for its target and its team, each token in one class', async () => {
  const metrics = createMetrics({ known: () => snapshot });
  const attempt = { provider: 'openai', target: 'openai/gpt-5', team: 'search' };
  metrics.observer.attempt(
    usageEvent({
      ...attempt,
      input_tokens: 100,
      cache_read_tokens: 60,
      output_tokens: 30,
      reasoning_tokens: 20,
      cost_usd: '0.5',
    }),
  );
  metrics.observer.attempt(
    usageEvent({ ...attempt, input_tokens: 1, output_tokens: 0, cost_usd: null, outcome: 'failed' }),
  );

  const labels = { provider: 'openai', target: 'openai/gpt-5' };
  expect(await values(metrics, 'tollgate_attempts_total')).toEqual([
    { ...labels, outcome: 'finished', value: 1 },
    { ...labels, outcome: 'failed', value: 1 },
  ]);
  expect(await values(metrics, 'tollgate_tokens_total')).toEqual([
    { ...labels, class: 'input', value: 41 },
    { ...labels, class: 'cache_read', value: 60 },
    { ...labels, class: 'output', value: 10 },
    { ...labels, class: 'reasoning', value: 20 },
  ]);
  expect(await values(metrics, 'tollgate_cost_usd_total')).toEqual([{ ...labels, value: 0.5 }]);
  expect(await values(metrics, 'tollgate_unpriced_attempts_total')).toEqual([{ ...labels, value: 1 }]);
  expect(await values(metrics, 'tollgate_team_attempts_total')).toEqual([{ team: 'search', value: 2 }]);
  expect(await values(metrics, 'tollgate_team_cost_usd_total')).toEqual([{ team: 'search', value: 0.5 }]);
});

test('a model that only a caller named counts as another one of its provider', async () => {
  const metrics = createMetrics({ known: () => snapshot });
  for (const name of ['openai/tuned', 'openai/made-up', 'openai/constructor']) {
    metrics.observer.attempt(usageEvent({ provider: 'openai', target: name }));
  }
  expect(await values(metrics, 'tollgate_attempts_total')).toEqual([
    { provider: 'openai', target: 'openai/tuned', outcome: 'finished', value: 1 },
    { provider: 'openai', target: 'other', outcome: 'finished', value: 2 },
  ]);
});

test('a correction and nonsense neither count downwards nor throw', async () => {
  const metrics = createMetrics({ known: () => snapshot });
  for (const cost_usd of ['-0.5', 'NaN', 'Infinity', '']) {
    metrics.observer.attempt(usageEvent({ input_tokens: -5, output_tokens: 0, cost_usd, outcome: 'correction' }));
  }
  expect(await values(metrics, 'tollgate_tokens_total')).toEqual([]);
  expect(await values(metrics, 'tollgate_team_cost_usd_total')).toEqual([]);
});

test('calls count by class of status, and what is open goes up and down', async () => {
  const metrics = createMetrics({ known: () => snapshot });
  for (const status of [200, 204, 429, 499, 502]) metrics.observer.call('chat', status, 1500, 2);
  metrics.observer.open(1);
  metrics.observer.open(1);
  metrics.observer.open(-1);
  metrics.observer.refused('invalid_api_key');

  const classes = (await values(metrics, 'tollgate_calls_total')).map(
    one => 'status' in one && [one.status, one.value],
  );
  expect(classes).toEqual([
    ['2xx', 2],
    ['4xx', 1],
    ['499', 1],
    ['5xx', 1],
  ]);
  expect(await values(metrics, 'tollgate_open_calls')).toEqual([{ value: 1 }]);
  expect(await values(metrics, 'tollgate_refused_total')).toEqual([{ code: 'invalid_api_key', value: 1 }]);
  expect(await values(metrics, 'tollgate_call_duration_seconds')).toContainEqual(
    expect.objectContaining({ value: 7.5 }),
  );
});

test('what waits for the ledger is asked at every scrape', async () => {
  let lagMillis = 0;
  const ledger = () => ({ pendingEvents: 3, pendingBytes: 9, pendingSegments: 1, lagMillis, setAside: 0 });
  const { registry } = createMetrics({ known: () => snapshot, ledger });
  lagMillis = 1500;
  expect(await registry.metrics()).toMatch(/^tollgate_ledger_lag_seconds 1.5$/m);
  expect(await registry.metrics()).toMatch(/^tollgate_spool_pending_events 3$/m);
  expect(await registry.metrics()).toMatch(/^tollgate_snapshot_version 12$/m);
});

let control: OpenControl;
beforeAll(async () => {
  control = await openControl();
});
afterAll(() => control.close());

test('/metrics wants the admin key and speaks the Prometheus text format', async () => {
  const refused = await control.ask('GET', '/metrics', undefined, { authorization: '' });
  const answer = await control.ask('GET', '/metrics');

  expect([refused.status, refused.json]).toMatchObject([401, { error: { code: 'admin_key_invalid' } }]);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(answer.text).toContain('# TYPE tollgate_open_calls gauge');
  expect(answer.text).toContain('process_cpu_seconds_total');
});

test('/metrics is open where the operator opened it, and nothing else is', async () => {
  const open = await openControl({ metricsOpen: true });
  const headers = { authorization: '' };
  expect((await open.ask('GET', '/metrics', undefined, headers)).status).toBe(200);
  expect((await open.ask('GET', '/admin/v1/status', undefined, headers)).status).toBe(401);
  await open.close();
});
