/**
 * `npm run prove:ledger`: promise 2 of the design, shown. The gateway is killed with SIGKILL under load, then its
 * database is; after each, every call that a client saw finished must have exactly one finished event, and every call
 * that was cut must stand in the ledger as something else than finished. Prints the counts and exits 1 when they are
 * wrong. `ROUNDS` and `CALLERS` change the size.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fakeProvider } from '../support/fake-provider.ts';
import { freePort } from '../support/free-port.ts';
import { openGateway } from './gateway-process.ts';
import { pacedAnswer, runLoad, type SeenCall } from './load.ts';
import { readLedger, verdict } from './verdict.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 10);
const CALLERS = Number(process.env.CALLERS ?? 16);
const LOAD_MILLIS = 1_200;

const folder = mkdtempSync(join(tmpdir(), 'tollgate-prove-'));
const provider = await fakeProvider(pacedAnswer(10, 8));
writeFileSync(
  join(folder, 'tollgate.yaml'),
  `providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-prove-00000000"] } }
teams: { proof: {} }
keys: [{ name: proof, team: proof, secret: "env:PROVE_KEY", models: ["*"] }]
prices: [{ model: "box/*", input: 1, output: 2 }]
`,
);
const gateway = openGateway(folder, { port: await freePort(), adminPort: await freePort() });
const calls: SeenCall[] = [];
let failed = false;
try {
  for (let round = 1; round <= ROUNDS; round++) {
    await gateway.start();
    const load = runLoad(gateway.url, gateway.key, CALLERS, calls);
    await sleep(LOAD_MILLIS * (0.5 + Math.random() / 2));
    await gateway.kill();
    await load.stop();
    console.log(`gateway killed ${round}/${ROUNDS}: ${count(calls)}`);
  }
  await gateway.start();
  failed = report('kill -9 of the gateway', calls, await readLedger(gateway)) || failed;

  const second: SeenCall[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const load = runLoad(gateway.url, gateway.key, CALLERS, second);
    await sleep(LOAD_MILLIS / 2);
    gateway.killPostgres();
    await sleep(LOAD_MILLIS);
    await load.stop();
    console.log(`postgres killed ${round}/${ROUNDS}: ${count(second)}`);
  }
  failed = report('kill -9 of Postgres', second, await readLedger(gateway)) || failed;
} finally {
  await gateway.end();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

function count(seen: readonly SeenCall[]): string {
  const finished = seen.filter(call => call.finished).length;
  return `${finished} calls seen finished, ${seen.length - finished} not`;
}

function report(what: string, seen: readonly SeenCall[], ledger: Awaited<ReturnType<typeof readLedger>>): boolean {
  const result = verdict(seen, ledger);
  console.log(`\n${what}`);
  for (const [name, value] of Object.entries(result.counts)) console.log(`  ${name.padEnd(46)} ${value}`);
  for (const line of result.problems.slice(0, 20)) console.log(`  WRONG: ${line}`);
  console.log(`  ${result.problems.length === 0 ? 'holds' : `${result.problems.length} contradictions`}\n`);
  return result.problems.length > 0;
}
