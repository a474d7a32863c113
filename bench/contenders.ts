import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';
import { type Alias, answerFiles, type Shape, streamedDeltas } from './bodies.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { unlessInstalled } from './installed.ts';
import { built, cache, node24 } from './places.ts';
import type { Postgres } from './postgres.ts';
import { type Running, start } from './processes.ts';

/** One row: what answers on the port, and how it is asked. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly process: Running;
  readonly headers: readonly string[];
  readonly alias: Alias;
  /** Where and with which file it is asked, where that is not the alias's request in OpenAI's dialect. */
  readonly asks?: (shape: Shape) => { readonly path: string; readonly body: string };
  /** Ours only. */
  readonly gateway?: Gateway;
}

export interface Field {
  readonly contenders: readonly Contender[];
  /** What is not there, with the reason. */
  readonly missing: readonly string[];
  stop(): Promise<void>;
}

export interface FieldPlan {
  readonly names: readonly string[];
  readonly variants: readonly Variant[];
  readonly postgres: Postgres;
}

/** One more gateway beside ours that differs by its environment. */
export interface Variant {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

export const allNames = ['direct', 'nginx', 'nginx-nobuf', 'haproxy', 'raw', 'portkey', 'ours', 'ours-translated'];

const PACE_MICROS = 10_000;

/** Starts the mocks and every contender that is asked for, all at once: rounds then take turns between them. */
export async function startField(plan: FieldPlan): Promise<Field> {
  const running: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(running.map(one => one.stop()));
  };
  try {
    const [openaiPort, anthropicPort] = [await freePort(), await freePort()];
    const mock = startMock(openaiPort, [answerFiles.openai, streamedDeltas, PACE_MICROS, 0]);
    const anthropic = [answerFiles.anthropic, streamedDeltas, PACE_MICROS, 0, answerFiles.anthropicStream];
    running.push(mock, startMock(anthropicPort, anthropic));

    const contenders: Contender[] = [];
    const missing: string[] = [];
    for (const name of plan.names.filter(one => !one.startsWith('ours'))) {
      const anchor = name === 'direct' ? null : anchors[name];
      if (anchor === undefined) throw new Error(`no contender is named ${name}; there are ${allNames.join(', ')}`);
      const reason = anchor?.missing() ?? null;
      if (reason !== null) missing.push(`${name}: ${reason}`);
      else if (anchor === null) contenders.push({ name, port: openaiPort, process: mock, ...plainly });
      else {
        const port = await freePort();
        const child = start(anchor.command(port, openaiPort), {
          core: 'gateway',
          environment: anchor.environment?.(port, openaiPort) ?? {},
        });
        running.push(child);
        await listening(name, port, child);
        contenders.push({ name, port, process: child, ...plainly, headers: anchor.headers?.(openaiPort) ?? [] });
      }
    }
    const ours = plan.names.filter(name => name.startsWith('ours'));
    for (const { name: variant, environment } of [{ name: '', environment: {} }, ...plan.variants]) {
      if (ours.length === 0) break;
      const database = `bench_${Date.now()}`;
      const gateway = await startGateway({
        ...plan,
        database,
        configuration: configuration(openaiPort, anthropicPort),
        environment,
      });
      running.push(gateway);
      for (const name of ours) contenders.push(ourRow(variant === '' ? name : `${name}+${variant}`, gateway));
    }
    return { contenders, missing, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One model in OpenAI's dialect and one in Anthropic's. */
const configuration = (openaiPort: number, anthropicPort: number) => `
providers:
  bench:  { adapter: openai-compatible, base_url: "http://127.0.0.1:${openaiPort}/v1", keys: ["env:BENCH_PROVIDER_KEY"] }
  claude: { adapter: anthropic, base_url: "http://127.0.0.1:${anthropicPort}", keys: ["env:BENCH_PROVIDER_KEY"] }
models:
  gpt-4o-mini:  { targets: [{ model: bench/gpt-4o-mini-2024-07-18 }] }
  claude-bench: { targets: [{ model: claude/claude-sonnet-4-5-20250929 }] }
teams: { search: {} }
keys: [{ name: bench, team: search, secret: "env:BENCH_KEY", models: [gpt-4o-mini, claude-bench] }]
prices:
  - { model: "bench/*", input: 0.15, cache_read: 0.075, output: 0.60 }
  - { model: "claude/*", input: 3, cache_read: 0.30, output: 15 }
`;

const plainly = { headers: [], alias: 'gpt-4o-mini' } as const;

const ourRow = (name: string, gateway: Gateway): Contender => ({
  name,
  port: gateway.port,
  process: gateway.process,
  headers: [],
  alias: name.startsWith('ours-translated') ? 'claude-bench' : 'gpt-4o-mini',
  gateway,
});

export const startMock = (port: number, settings: readonly (string | number)[]): Running =>
  start([built('mock'), port, ...settings].map(String), { core: 'other' });

interface Anchor {
  /** Why it cannot take part, or null. */
  missing(): string | null;
  command(port: number, upstreamPort: number): readonly string[];
  environment?(port: number, upstreamPort: number): Readonly<Record<string, string>>;
  headers?(upstreamPort: number): readonly string[];
}

const portkey = join(cache, 'portkey/node_modules/@portkey-ai/gateway/build/start-server.js');

const anchors: Partial<Record<string, Anchor>> = {
  nginx: nginx('nginx', 'on'),
  'nginx-nobuf': nginx('nginx-nobuf', 'off'),
  haproxy: {
    missing: () => unlessInstalled('haproxy'),
    command: (port, upstreamPort) => [
      'haproxy',
      '-db',
      '-f',
      filled('haproxy.cfg', 'haproxy.cfg', { port, upstreamPort }),
    ],
  },
  raw: {
    missing: () => null,
    command: () => [node24, join(import.meta.dirname, 'anchors/bare.ts')],
    environment: (port, upstreamPort) => ({ PORT: String(port), UPSTREAM_PORT: String(upstreamPort) }),
  },
  portkey: {
    missing: () => (existsSync(portkey) ? null : 'not installed'),
    command: port => [node24, portkey, `--port=${port}`, '--headless'],
    environment: () => ({ TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' }),
    headers: upstreamPort => [
      'x-portkey-provider: openai',
      `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1`,
    ],
  },
};

function nginx(name: string, buffering: 'on' | 'off'): Anchor {
  const folder = join(cache, name);
  return {
    missing: () => unlessInstalled('nginx'),
    command: (port, upstreamPort) => {
      const file = filled('nginx.conf', `${name}.conf`, { port, upstreamPort, folder, buffering });
      return ['nginx', '-p', folder, '-c', file];
    },
  };
}

function filled(template: string, file: string, values: Readonly<Record<string, string | number>>): string {
  const text = readFileSync(join(import.meta.dirname, `anchors/${template}.tpl`), 'utf8');
  const path = join(cache, file);
  writeFileSync(
    path,
    text.replace(/@(\w+)@/g, (_, name: string) => String(values[name])),
  );
  return path;
}

const PATIENCE_MILLIS = 15_000;

async function listening(name: string, port: number, child: Running): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (!child.ended() && Date.now() < deadline) {
    const reply = await fetch(`http://127.0.0.1:${port}/`).catch(() => null); // nobody listens yet
    if (reply) {
      await reply.body?.cancel();
      return;
    }
    await sleep(100);
  }
  throw new Error(`${name} did not start: ${child.complaints()}`);
}
