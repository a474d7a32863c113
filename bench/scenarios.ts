import type { Shape } from './bodies.ts';

export interface Scenario {
  readonly id: 'json' | 'latency' | 'big' | 'sse';
  readonly title: string;
  readonly shape: Shape;
  readonly tool: 'wrk' | 'lg';
  readonly connections: number;
  /** Per second; 0 for a closed loop. */
  readonly rate: number;
  /** At the least: until the compiler has seen the way of such a call often enough. */
  readonly warmUpSeconds?: number;
  readonly contenders: readonly string[];
  readonly quick: readonly string[];
}

export const scenarios: readonly Scenario[] = [
  {
    id: 'json',
    title: 'JSON, 2 KB in and 1 KB out, 64 connections, closed loop',
    shape: '2k',
    tool: 'wrk',
    connections: 64,
    rate: 0,
    contenders: ['direct', 'nginx', 'haproxy', 'raw', 'portkey', 'ours', 'ours-translated'],
    quick: ['nginx', 'raw', 'ours', 'ours-translated'],
  },
  {
    id: 'latency',
    title: 'The same over one connection: added latency',
    shape: '2k',
    tool: 'lg',
    connections: 1,
    rate: 0,
    contenders: ['direct', 'nginx', 'raw', 'ours'],
    quick: ['direct', 'nginx', 'ours'],
  },
  {
    id: 'big',
    title: 'A conversation of 100 KB, 1 KB out, 16 connections, closed loop',
    shape: '100k',
    tool: 'wrk',
    connections: 16,
    rate: 0,
    contenders: ['nginx', 'raw', 'portkey', 'ours'],
    quick: ['raw', 'ours'],
  },
  {
    id: 'sse',
    title: 'Streams of 50 content events, 10 ms apart (52 reads and writes), 100 streams a second',
    shape: '2k-stream',
    tool: 'lg',
    connections: 200,
    rate: 100,
    warmUpSeconds: 12,
    contenders: ['direct', 'nginx-nobuf', 'raw', 'portkey', 'ours', 'ours-translated'],
    quick: ['raw', 'ours', 'ours-translated'],
  },
];

export function scenarioOf(id: Scenario['id']): Scenario {
  const found = scenarios.find(scenario => scenario.id === id);
  if (!found) throw new Error(`no scenario is named ${id}`);
  return found;
}
