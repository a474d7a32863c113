import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { answerText, type Shape, streamedDeltas, writesOfStream, writeWrites } from '../bodies.ts';
import { type Contender, startMock } from '../contenders.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { measure } from '../measure.ts';
import { median } from '../medians.ts';
import type { Options } from '../options.ts';
import { cache } from '../places.ts';
import type { Postgres } from '../postgres.ts';
import { table } from '../report.ts';
import { scenarioOf } from '../scenarios.ts';
import { clients, type MatrixClient } from './clients.ts';
import { type MatrixTarget, targets } from './targets.ts';

const PACE_MICROS = 10_000;
const folder = join(cache, 'matrix');

interface Pair {
  readonly client: MatrixClient;
  readonly target: MatrixTarget;
  readonly contender: Contender;
}

/**
 * What a call and a streamed event cost for each client dialect on each provider dialect, through one gateway, as two
 * tables: CPU per request, and per event. Each pair is first asked whether it delivers the answer.
 */
export async function matrix(options: Options, postgres: Postgres, say: (line: string) => void): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const mocks: { stop(): Promise<void> }[] = [];
  let gateway: Gateway | null = null;
  try {
    const ports = new Map<MatrixTarget, number>();
    for (const target of targets) {
      const port = await freePort();
      ports.set(target, port);
      mocks.push(startMock(port, mockSettings(target)));
    }
    const database = `matrix_${Date.now()}`;
    gateway = await startGateway({ postgres, database, configuration: configuration(ports), environment: {} });
    const pairs = pairsOf(
      gateway,
      clients.filter(({ name }) => options.only?.includes(name) ?? true),
    );
    for (const pair of pairs) await verify(pair);
    const plan = { ...options, contenders: pairs.map(({ contender }) => contender), say };
    const whole = await measure({ ...plan, scenario: scenarioOf('json') });
    const streams = await measure({
      ...plan,
      scenario: { ...scenarioOf('sse'), warmUpSeconds: options.warmUpSeconds },
    });
    const cost = (samples: typeof whole, { contender }: Pair) =>
      median((samples.get(contender.name) ?? []).map(({ cpu }) => cpu));
    return [
      `Clients in rows, providers in columns. Median of ${options.rounds} round(s) of ${options.seconds} s.`,
      '',
      'A whole answer, 2 KB in and 1 KB out, 64 connections: CPU µs per request',
      '',
      tableOf(pairs, pair => cost(whole, pair)),
      '',
      'A stream of 50 content events, 10 ms apart, 100 streams a second: CPU µs per event',
      '',
      tableOf(pairs, pair => cost(streams, pair) / writesOfStream),
    ].join('\n');
  } finally {
    await gateway?.stop();
    for (const mock of mocks) await mock.stop();
  }
}

function mockSettings({ name, answer, stream, contentType }: MatrixTarget): (string | number)[] {
  const [answerFile, streamFile] = [join(folder, `${name}-answer.json`), join(folder, `${name}-stream.hex`)];
  writeFileSync(answerFile, JSON.stringify(answer));
  const usual = [answerFile, streamedDeltas, PACE_MICROS, 0];
  if (stream === undefined) return usual;
  writeWrites(streamFile, stream);
  return [...usual, streamFile, ...(contentType === undefined ? [] : [contentType])];
}

const configuration = (ports: ReadonlyMap<MatrixTarget, number>): string => `
providers:
${[...ports].map(([{ name, provider, basePath }, port]) => `  ${name}: { ${provider}, base_url: "http://127.0.0.1:${port}${basePath}", keys: ["env:BENCH_PROVIDER_KEY"] }`).join('\n')}
models:
${targets.map(({ name, model }) => `  to-${name}: { targets: [{ model: "${name}/${model}" }] }`).join('\n')}
teams: { search: {} }
keys: [{ name: bench, team: search, secret: "env:BENCH_KEY", models: ["to-*"] }]
prices:
  - { model: "*", input: 0.15, output: 0.60 }
`;

const pairsOf = (gateway: Gateway, wanted: readonly MatrixClient[]): Pair[] =>
  wanted.flatMap(client =>
    targets.map(target => {
      const name = `${client.name} → ${target.name}`;
      const model = `to-${target.name}`;
      const asks = (shape: Shape) => {
        const stream = shape === '2k-stream';
        const body = join(folder, `${client.name}-${model}-${shape}.json`);
        return { path: client.path(model, stream), body };
      };
      for (const stream of [false, true]) {
        writeFileSync(asks(stream ? '2k-stream' : '2k').body, JSON.stringify(client.body(model, stream)));
      }
      const { port, process } = gateway;
      return { client, target, contender: { name, port, process, headers: [], alias: 'gpt-4o-mini', asks, gateway } };
    }),
  );

/** Throws when a pair does not deliver the provider's answer, whole or streamed. */
async function verify({ contender }: Pair): Promise<void> {
  const heard = async (shape: Shape) => {
    const { path, body } = contender.asks!(shape);
    const reply = await fetch(`http://127.0.0.1:${contender.port}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer sk-bench-0123456789abcdef0123456789abcdef',
      },
      body: readFileSync(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${contender.name} answers ${reply.status}: ${text.slice(0, 300)}`);
    return text;
  };
  const whole = await heard('2k');
  if (!whole.includes(JSON.stringify(answerText).slice(1, -1))) {
    throw new Error(`${contender.name} changes the answer: ${whole.slice(0, 300)}`);
  }
  const stream = await heard('2k-stream');
  const events = [...stream.matchAll(/"(?:delta|content|text)":"[^"]/g)].length;
  if (events < streamedDeltas) throw new Error(`${contender.name} changes the stream: ${stream.slice(-300)}`);
}

function tableOf(pairs: readonly Pair[], costOf: (pair: Pair) => number): string {
  const rows = [...new Set(pairs.map(({ client }) => client))].map(client => [
    client.name,
    ...pairs.filter(pair => pair.client === client).map(pair => costOf(pair).toFixed(1)),
  ]);
  return table(['', ...targets.map(({ name }) => name)], rows);
}
