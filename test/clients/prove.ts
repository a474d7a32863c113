/**
 * `npm run prove:clients`: other projects' clients of each dialect reach models of each dialect through a gateway of its
 * own, and notice no difference. The providers are stand-ins on this machine, as strict as the real ones. The first
 * argument is the folder that has the clients and their packages; with `--show` after it every case tells what the
 * client sent. `ONLY` picks cases by words of their line, several by `|`, and with `VERBOSE` a failure comes with
 * everything that reached the provider.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateway } from '../prove/gateway-process.ts';
import { freePort } from '../support/free-port.ts';
import { type Case, type Client, casesOf, clients, promptOf, type Target, targets } from './cases.ts';
import { openOutside } from './outside.ts';
import { describe, openTap } from './tap.ts';
import { openUpstream } from './upstream/server.ts';
import { judge, type Run } from './verdict.ts';

const PATIENCE_MILLIS = 120_000;

const installed = process.argv[2]!;
const only = (process.env.ONLY ?? '').split('|');
const show = process.argv.includes('--show');
const verbose = process.env.VERBOSE !== undefined;
const work = mkdtempSync(join(tmpdir(), 'tollgate-clients-'));
const upstream = await openUpstream();
const outside = await openOutside();
writeFileSync(
  join(work, 'tollgate.yaml'),
  `providers:
  openai: { base_url: "${upstream.url}/openai/v1", keys: ["sk-prove-00000000"] }
  anthropic: { base_url: "${upstream.url}/anthropic", keys: ["sk-prove-00000000"] }
  gemini: { base_url: "${upstream.url}/gemini", keys: ["sk-prove-00000000"] }
models:
  gemini-1.5-pro-001: { targets: [{ model: openai/gpt-5.2 }] }
  gemini-1.5-pro-002: { targets: [{ model: anthropic/claude-sonnet-4-5 }] }
  gemini-1.5-flash-001: { targets: [{ model: gemini/gemini-3.5-flash }] }
teams: { proof: {} }
keys: [{ name: proof, team: proof, secret: "env:PROVE_KEY", models: ["*"] }]
`,
);
const gateway = openGateway(work, { port: await freePort(), adminPort: await freePort() });
const tap = await openTap(gateway.url);
const counts = { passed: 0, failed: 0, skipped: 0 };
try {
  await gateway.start();
  for (const client of clients) {
    const version = versionOf(client.package);
    console.log(`\n${client.name} (${client.package} ${version ?? 'is not installed, so its cases are left out'})`);
    for (const target of targets) {
      for (const one of casesOf(client, target)) {
        if (version === null) counts.skipped++;
        else await prove(client, target, one);
      }
    }
  }
} finally {
  await gateway.end();
  upstream.close();
  outside.close();
  tap.close();
  rmSync(work, { recursive: true, force: true });
}
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);

async function prove(client: Client, target: Target, one: Case): Promise<void> {
  const line = `${client.name} × ${target.name} × ${one.name}`;
  if (!only.some(words => line.includes(words))) return;
  const home = mkdtempSync(join(work, 'home-'));
  const folder = join(home, 'project');
  mkdirSync(folder);
  upstream.reset();
  outside.reset();
  tap.reset();
  const { said, failure } = await run(client, target, one, { home, folder });
  const { wrong, notes } = judge({ client, one, said, failure, requests: upstream.seen(), outside: outside.asked() });
  counts[wrong.length === 0 ? 'passed' : 'failed']++;
  console.log(`  ${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${line}${notes.map(note => `; ${note}`).join('')}`);
  for (const reason of wrong) console.log(`         ${reason.replaceAll('\n', '\n         ')}`);
  if (show) for (const request of tap.heard()) console.log(`\n${describe(request)}`);
  if (wrong.length > 0 && verbose)
    console.log(
      tap
        .heard()
        .map(({ status, answer }) => `${status} ${answer}`)
        .join('\n'),
    );
  if (wrong.length > 0 && verbose) console.log(JSON.stringify(upstream.seen(), null, 1));
}

function run(client: Client, target: Target, one: Case, { home, folder }: { home: string; folder: string }) {
  const { mode, tools, effort, interleaved, adapter } = one;
  const task = {
    file: client.file,
    dialect: client.dialect,
    url: tap.url,
    apiKey: gateway.key,
    model: target.model,
    prompt: promptOf(one, client, folder),
    ...{ mode, tools, effort, interleaved, adapter, verbose },
  };
  const options = {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, NODE_USE_ENV_PROXY: '1', ...outside.environment },
    timeout: PATIENCE_MILLIS,
    killSignal: 'SIGKILL',
    maxBuffer: 50_000_000,
  } as const;
  return new Promise<Pick<Run, 'said' | 'failure'>>(done => {
    const args = [join(installed, 'clients/main.mjs'), JSON.stringify(task)];
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      if (error === null) done({ said: JSON.parse(last), failure: null });
      else done({ said: null, failure: `${error.signal ?? error.code}: ${stderr.trim().slice(0, 2_000)}` });
    });
  });
}

function versionOf(name: string): string | null {
  const file = join(installed, 'node_modules', name, 'package.json');
  if (!existsSync(file)) return null;
  const manifest: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return manifest.version;
}
