import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MILLIS = 60_000;
const adminKey = 'admin-key-of-the-proof-0123456789';

export interface GatewayProcess {
  readonly url: string;
  readonly key: string;
  /** For commands that speak to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the process that runs at the moment. */
  pid(): number;
  start(): Promise<void>;
  /** SIGKILL: the process gets no chance to do anything. */
  kill(): Promise<void>;
  /** SIGKILL to every process of the embedded Postgres. */
  killPostgres(): void;
  admin(path: string): Promise<unknown>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** It was started and has not ended. */
  readonly running: boolean;
  end(): Promise<void>;
}

/** The gateway as an operator runs it: `bin/tollgate start` with its embedded Postgres. */
export function openGateway(
  folder: string,
  ports: { port: number; adminPort: number },
  more: Readonly<Record<string, string>> = {},
): GatewayProcess {
  const url = `http://127.0.0.1:${ports.port}`;
  const adminUrl = `http://127.0.0.1:${ports.adminPort}`;
  const key = 'tg_proofproofproofproofproofproofproofproof0';
  const environment = {
    TOLLGATE_CONFIG: join(folder, 'tollgate.yaml'),
    TOLLGATE_DATA_DIR: join(folder, 'data'),
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: String(ports.port),
    TOLLGATE_ADMIN_PORT: String(ports.adminPort),
    TOLLGATE_ADMIN_KEY: adminKey,
    PROVE_KEY: key,
    ...more,
  };
  const log = createWriteStream(join(folder, 'gateway.log'), { flags: 'a' });
  let child: ChildProcess | null = null;
  const ended = (process: ChildProcess) =>
    process.exitCode === null && process.signalCode === null
      ? new Promise<void>(done => process.once('exit', () => done()))
      : Promise.resolve();
  const ask = async (path: string): Promise<Response> => {
    const reply = await fetch(adminUrl + path, { headers: { authorization: `Bearer ${adminKey}` } });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  };

  return {
    url,
    key,
    environment,
    pid: () => child!.pid!,
    start: async () => {
      child = spawn(resolve('bin/tollgate'), ['start'], {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout?.pipe(log, { end: false });
      child.stderr?.pipe(log, { end: false });
      await ready(url, child, join(folder, 'gateway.log'));
    },
    kill: async () => {
      child!.kill('SIGKILL');
      await ended(child!);
    },
    killPostgres: () => {
      const postmaster = postmasterOf(join(folder, 'gateway.log'));
      const backends = spawnSync('pgrep', ['-P', String(postmaster)], { encoding: 'utf8' }).stdout.split('\n');
      for (const pid of [postmaster, ...backends.filter(Boolean).map(Number)]) killHard(pid);
    },
    admin: async path => await (await ask(path)).json(),
    metrics: async () => await (await ask('/metrics')).text(),
    get running() {
      return child !== null && child.exitCode === null && child.signalCode === null;
    },
    end: async () => {
      child?.kill('SIGTERM');
      if (child) await ended(child);
    },
  };
}

/** Process id of the database that runs at the moment, as the gateway's log tells it. */
function postmasterOf(log: string): number {
  const lines = readFileSync(log, 'utf8').split('\n');
  const last = lines.findLast(line => line.includes('the embedded database runs'));
  if (last === undefined) throw new Error('the log does not name the embedded database');
  return (JSON.parse(last) as { databasePid: number }).databasePid;
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // A backend that ended by itself in between is as dead as wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function ready(url: string, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const reply = await fetch(`${url}/readyz`).catch(() => null);
    if (reply?.ok) return;
    await sleep(50);
  }
  throw new Error(`the gateway does not start:\n${readFileSync(log, 'utf8').split('\n').slice(-30).join('\n')}`);
}
