import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { freePort } from '../test/support/free-port.ts';
import { askInside, type Question } from './inside-client.ts';
import { root } from './places.ts';
import type { Postgres } from './postgres.ts';
import { type Running, start } from './processes.ts';

/** The key that the load generators send. */
const callerKey = 'sk-bench-0123456789abcdef0123456789abcdef';
const PATIENCE_MILLIS = 60_000;

export interface Gateway {
  readonly port: number;
  readonly process: Running;
  /** Of the Postgres that its ledger is in. */
  readonly databasePid: number;
  ask(question: Question): Promise<unknown>;
  /** Comes back when all usage is in the ledger, so that the work for a load is counted with it. */
  drained(): Promise<void>;
  /** Whether it is by now. Asking costs the gateway some milliseconds. */
  isDrained(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface GatewayPlan {
  readonly postgres: Postgres;
  readonly database: string;
  /** YAML. Provider keys are in `BENCH_PROVIDER_KEY`, the caller's in `BENCH_KEY`. */
  readonly configuration: string;
  /** What a variant sets beside the usual. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The product as `bin/tollgate start` runs it: virtual keys, routing, prices, spool and ledger on, the access log into
 * a file. Throws with what it said when it does not become ready.
 */
export async function startGateway(plan: GatewayPlan): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-gateway-'));
  const [file, log, socket] = [join(folder, 'tollgate.yaml'), join(folder, 'access.log'), join(folder, 'inside')];
  writeFileSync(file, plan.configuration);
  writeFileSync(log, '');
  const [port, adminPort] = [await freePort(), await freePort()];
  const inside = pathToFileURL(join(import.meta.dirname, 'inside.ts')).href;
  const child = start(['sh', join(root, 'bin/tollgate'), 'start'], {
    core: 'gateway',
    output: log,
    environment: {
      NODE_OPTIONS: `--import=${inside}`,
      BENCH_SOCKET: socket,
      BENCH_KEY: callerKey,
      BENCH_PROVIDER_KEY: 'sk-upstream-0123456789',
      TOLLGATE_CONFIG: file,
      TOLLGATE_DATA_DIR: join(folder, 'data'),
      TOLLGATE_HOST: '127.0.0.1',
      TOLLGATE_PORT: String(port),
      TOLLGATE_ADMIN_PORT: String(adminPort),
      TOLLGATE_METRICS_OPEN: '1',
      TOLLGATE_GRACE: '1s',
      TOLLGATE_DRAIN: '0s',
      DATABASE_URL: await plan.postgres.makeDatabase(plan.database),
      ...plan.environment,
    },
  });
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  try {
    await ready(port, child, log);
  } catch (error) {
    await child.stop();
    remove();
    throw error;
  }
  const metrics = `http://127.0.0.1:${adminPort}/metrics`;
  return {
    port,
    process: child,
    databasePid: plan.postgres.pid,
    ask: async question => {
      if (child.ended()) throw new Error(`the gateway ended: ${child.complaints()}\n${tail(log)}`);
      return await askInside(socket, question);
    },
    drained: async () => {
      while (!(await isDrained(metrics))) await sleep(250);
      truncateSync(log); // a run writes gigabytes of access log otherwise
    },
    isDrained: () => isDrained(metrics),
    stop: async () => {
      await child.stop();
      process.off('exit', remove);
      remove();
    },
  };
}

const tail = (file: string): string => readFileSync(file, 'utf8').slice(-2000);

async function ready(port: number, child: Running, log: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (!child.ended() && Date.now() < deadline) {
    const reply = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null); // nobody listens yet
    if (reply?.ok) return;
    await sleep(100);
  }
  throw new Error(`the gateway does not start: ${child.complaints()}\n${tail(log)}`);
}

async function isDrained(url: string): Promise<boolean> {
  const text = await (await fetch(url)).text();
  const pending = /^tollgate_spool_pending_events(?:\{.*\})? (\S+)$/m.exec(text)?.[1];
  if (pending === undefined) throw new Error('the metrics do not tell how much usage waits for the ledger');
  return Number(pending) === 0;
}
