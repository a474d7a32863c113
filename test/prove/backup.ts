/**
 * `npm run prove:backup`: a ledger of `ROWS` rows over `DAYS` days is backed up while `CALLERS` callers make calls, and
 * restored into an empty instance. Prints times, sizes and the most memory that each process took, and exits 1 when a
 * call failed or the restored rows and sums are not those of the backup.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { preparePlaces } from '../../src/store/embedded/places.ts';
import { startEmbedded } from '../../src/store/embedded/start-embedded.ts';
import { systemUser } from '../../src/store/embedded/system-user.ts';
import { measures } from '../../src/store/ledger/measures.ts';
import { openStore } from '../../src/store/open-store.ts';
import { texts, usageEvent } from '../store/ledger/usage-event.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { freePort } from '../support/free-port.ts';
import { quietLogger } from '../support/quiet-logger.ts';
import { openGateway } from './gateway-process.ts';
import { pacedAnswer, runLoad, type SeenCall } from './load.ts';

const ROWS = Number(process.env.ROWS ?? 200_000);
const DAYS = Number(process.env.DAYS ?? 60);
const CALLERS = Number(process.env.CALLERS ?? 4);
const BATCH = 5_000;
const DAY_MILLIS = 86_400_000;

const folder = mkdtempSync(join(tmpdir(), 'tollgate-prove-'));
const provider = await fakeProvider(pacedAnswer(10, 8));
writeFileSync(
  join(folder, 'tollgate.yaml'),
  `providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-prove-00000000"] } }
teams: { proof: {} }
keys: [{ name: proof, team: proof, secret: "env:PROVE_KEY", models: ["*"] }]
`,
);
const gateway = openGateway(folder, { port: await freePort(), adminPort: await freePort() });
const backup = join(folder, 'proof.backup');
const restored = {
  ...gateway.environment,
  TOLLGATE_DATA_DIR: join(folder, 'restored'),
  TOLLGATE_MASTER_KEY_FILE: join(folder, 'data.key'),
};
let failed = false;
try {
  await gateway.start();
  await gateway.end();
  await fill(gateway.environment.TOLLGATE_DATA_DIR!);

  await gateway.start();
  const calls: SeenCall[] = [];
  const load = runLoad(gateway.url, gateway.key, CALLERS, calls);
  await sleep(5_000);
  const quiet = await mostMemory(gateway.pid(), sleep(5_000));
  const before = calls.filter(call => call.finished).map(call => call.id!);
  const making = command(['backup', '--out', backup], gateway.environment);
  const [made, busy] = await Promise.all([making, mostMemory(gateway.pid(), making)]);
  await load.stop();
  await gateway.end();
  const loading = await command(['restore', backup], restored);

  const { rows, missing, agree } = await look(restored.TOLLGATE_DATA_DIR, before);
  const unhappy = calls.filter(call => !call.finished).length;
  failed = made.code !== 0 || loading.code !== 0 || missing > 0 || !agree || unhappy > 0 || rows < ROWS + before.length;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
  const lines: readonly (readonly [string, string])[] = [
    ['rows in the backup', `${rows}, over ${DAYS} days`],
    ['backup', `${made.seconds.toFixed(1)} s, ${megabytes(statSync(backup).size)}`],
    ['most memory: gateway before, during it', `${megabytes(quiet)}, ${megabytes(busy)}`],
    ['most memory: the command', megabytes(made.memory)],
    ['calls meanwhile, that failed', `${calls.length}, ${unhappy}`],
    ['calls that had ended and are missing', `${missing} of ${before.length}`],
    ['restore', `${loading.seconds.toFixed(1)} s`],
    ['most memory: the command', megabytes(loading.memory)],
    ['sums of rows and rollups', agree ? 'agree' : 'DIFFER'],
  ];
  for (const [name, value] of lines) console.log(`  ${name.padEnd(40)} ${value}`);
} finally {
  await gateway.end();
  await provider.close();
  // As root the clusters lie outside of it.
  const user = await systemUser();
  for (const data of ['data', 'restored']) rmSync(preparePlaces(join(folder, data), user).root, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

/** Appends rows as the ledger writer does, evenly over the days. */
async function fill(dataDir: string): Promise<void> {
  const embedded = await startEmbedded({ dataDir, logger: quietLogger });
  const store = openStore({ connection: embedded.connection, logger: quietLogger });
  const now = Date.now();
  for (let at = 0; at < ROWS; at += BATCH) {
    const day = Math.floor((at / ROWS) * DAYS);
    const events = Array.from({ length: Math.min(BATCH, ROWS - at) }, (_, index) =>
      usageEvent({
        at: new Date(now - (DAYS - day) * DAY_MILLIS + index),
        end_user: `user-${index % 977}`,
        tags: ['proof'],
      }),
    );
    await store.append(texts(events));
  }
  await store.close();
  await embedded.stop();
}

async function look(dataDir: string, calls: readonly string[]) {
  const embedded = await startEmbedded({ dataDir, logger: quietLogger });
  const client = new pg.Client({ ...embedded.connection });
  await client.connect();
  const sums = async (table: string, each: (entry: readonly [string, string]) => string) =>
    JSON.stringify((await client.query(`select ${[...measures].map(each).join(', ')} from ledger.${table}`)).rows[0]);
  const events = await sums('usage_events', ([name, expression]) => `sum(${expression})::numeric as ${name}`);
  const rollups = await sums('usage_rollups', ([name]) => `sum(${name})::numeric as ${name}`);
  const { rows } = await client.query(
    `select (select count(*)::integer from ledger.usage_events) as rows, (select count(*)::integer from unnest($1::uuid[]) as id
       where id not in (select call_id from ledger.usage_events where team = 'proof')) as missing`,
    [calls],
  );
  await client.end();
  await embedded.stop();
  return { rows: rows[0].rows as number, missing: rows[0].missing as number, agree: events === rollups };
}

async function command(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const begun = performance.now();
  const child = spawn(resolve('bin/tollgate'), words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<number | null>(done => child.once('exit', done));
  const memory = await mostMemory(child.pid!, ended);
  return { code: await ended, seconds: (performance.now() - begun) / 1000, memory };
}

/** The most bytes that a process held in memory until something has happened. */
async function mostMemory(pid: number, until: Promise<unknown>): Promise<number> {
  let most = 0;
  let over = false;
  void until.then(() => {
    over = true;
  });
  while (!over) {
    most = Math.max(most, residentBytes(pid));
    await sleep(20);
  }
  return most;
}

/** 0 for a process that has ended. */
function residentBytes(pid: number): number {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
