/**
 * Side by side: what one call costs the gateway and what it costs a bare proxy, in CPU of the serving process, against
 * the same local provider. Ratios travel between machines, times do not. The gateway's Postgres is not counted.
 * CALLS (2000) and CONCURRENCY (32) from the environment.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

const calls = Number(process.env.CALLS ?? 2000);
const concurrency = Number(process.env.CONCURRENCY ?? 32);
const rounds = 3;
const key = 'tg_benchmark00000000000000000000000000000000';
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

function start(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const execArgv = ['--disable-proto=delete', '--import', here('./report-cpu.ts')];
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  return fork(here(file), args, { execArgv, stdio: [...stdio], env: { ...process.env, ...environment } });
}

async function answer(child: ChildProcess): Promise<{ port?: number; cpuMicros?: number }> {
  const [message] = await once(child, 'message');
  return message;
}

async function cpuMicros(child: ChildProcess): Promise<number> {
  child.send('cpu');
  return (await answer(child)).cpuMicros ?? 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

async function load(port: number, stream: boolean, count: number): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: concurrency });
  const body = JSON.stringify({
    model: 'bench/bench',
    messages: [{ role: 'user', content: 'Hello '.repeat(50) }],
    stream,
  });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  let left = count;
  const caller = async () => {
    while (left-- > 0) {
      const reply = await pool.request({ path: '/v1/chat/completions', method: 'POST', headers, body });
      const text = await reply.body.text();
      if (reply.statusCode !== 200)
        throw new Error(`a call was answered with ${reply.statusCode}: ${text.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  await pool.close();
}

async function microsPerCall(child: ChildProcess, port: number, stream: boolean): Promise<number> {
  const before = await cpuMicros(child);
  await load(port, stream, calls);
  return ((await cpuMicros(child)) - before) / calls;
}

async function ready(url: string, gateway: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600 && gateway.exitCode === null; attempt++) {
    const reply = await fetch(url).catch(() => null);
    if (reply?.ok) return;
    await sleep(100);
  }
  throw new Error('the gateway did not start');
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
const provider = start('./mock-provider.ts', [], {});
const providerUrl = `http://127.0.0.1:${(await answer(provider)).port}`;
const proxy = start('./bare-proxy.ts', [], { PROVIDER: providerUrl });
const proxyPort = (await answer(proxy)).port ?? 0;
const [port, adminPort] = [await freePort(), await freePort()];
writeFileSync(
  join(folder, 'tollgate.yaml'),
  `providers:\n  bench: { adapter: openai-compatible, base_url: "${providerUrl}/v1", keys: ["env:BENCH_PROVIDER_KEY"] }
teams:\n  bench: {}\nkeys:\n  - { name: bench, team: bench, secret: "env:BENCH_KEY" }\n`,
);
const gateway = start('../src/cli/main.ts', ['start'], {
  TOLLGATE_CONFIG: join(folder, 'tollgate.yaml'),
  TOLLGATE_DATA_DIR: join(folder, 'data'),
  TOLLGATE_HOST: '127.0.0.1',
  TOLLGATE_PORT: String(port),
  TOLLGATE_ADMIN_PORT: String(adminPort),
  BENCH_KEY: key,
  BENCH_PROVIDER_KEY: 'bench-provider-key-000000',
});

try {
  await ready(`http://127.0.0.1:${port}/readyz`, gateway);
  console.log(
    `${calls} calls, ${concurrency} at a time, median of ${rounds} rounds; CPU of the serving process per call`,
  );
  for (const stream of [false, true]) {
    await Promise.all([load(port, stream, calls), load(proxyPort, stream, calls)]);
    const times: { gateway: number[]; proxy: number[] } = { gateway: [], proxy: [] };
    for (let round = 0; round < rounds; round++) {
      times.proxy.push(await microsPerCall(proxy, proxyPort, stream));
      times.gateway.push(await microsPerCall(gateway, port, stream));
    }
    const [ours, bare] = [median(times.gateway), median(times.proxy)];
    const name = stream ? 'stream of 50 chunks' : 'whole answer';
    console.log(
      `${name}: gateway ${ours.toFixed(0)} µs, bare proxy ${bare.toFixed(0)} µs, ratio ${(ours / bare).toFixed(2)}`,
    );
  }
} finally {
  for (const child of [gateway, proxy, provider]) child.kill('SIGTERM');
  if (gateway.exitCode === null) await once(gateway, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
