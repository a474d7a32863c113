/**
 * The gateway in the background, for install.sh: `start`, `stop` and `status`; and for one that systemd runs, `ports`
 * before it starts and `introduce` after. Exit codes: 0 done or running, 1 failed, 2 wrong configuration, 3 not running.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ConfigurationProblem } from '../src/config.ts';
import { findGateway } from '../src/store/find-gateway.ts';
import { readServiceSettings, type ServiceSettings } from './service-settings.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const startMillis = 120_000;
const logLimitBytes = 10 * 1024 * 1024;

const say = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`${text}\n`);

async function ready(settings: ServiceSettings): Promise<boolean> {
  try {
    const answer = await fetch(`${settings.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // Not listening yet is the expected case; the caller asks again until its own deadline.
    return false;
  }
}

/** Answers the system's error code when the port cannot be listened on, else null. */
const portProblem = (host: string, port: number): Promise<string | null> =>
  new Promise(done => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => done(null)));
  });

async function portsAreFree(settings: ServiceSettings): Promise<boolean> {
  for (const { host, port, variable } of settings.listeners) {
    const problem = await portProblem(host, port);
    if (problem === null) continue;
    const why = problem === 'EADDRINUSE' ? 'is taken by another process' : `cannot be opened (${problem})`;
    complain(`Port ${port} on ${host} ${why}. Set ${variable} to a free port and run this again.`);
    return false;
  }
  return true;
}

function openLog(path: string): number {
  if (existsSync(path) && statSync(path).size > logLimitBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

/**
 * A gateway makes this key itself when it has none at all; one that was given others by its configuration is asked for
 * it here. False when there is one already whose secret was shown elsewhere.
 */
function makeKey(settings: ServiceSettings, keyFile: string): boolean {
  const { status, stdout } = spawnSync(
    join(root, 'bin/tollgate'),
    ['keys', 'create', '--name', 'quickstart', '--team', 'default'],
    { encoding: 'utf8', env: gatewayEnvironment(settings), stdio: ['ignore', 'pipe', 'ignore'] },
  );
  if (status !== 0) return false;
  writeFileSync(keyFile, stdout, { mode: 0o600, flag: 'wx' });
  return true;
}

/** Prints where the gateway is and how to call it; the same at every run. */
function introduce(settings: ServiceSettings, log = settings.logFile): void {
  const keyFile = join(settings.dataDir, 'quickstart.key');
  say('Tollgate is running.\n');
  say(`  URL          ${settings.url}`);
  say(`  Base URL     ${settings.url}/v1   (for OpenAI SDKs)`);
  say(`  Admin URL    ${settings.adminUrl}`);
  say(`  Admin key    in ${join(settings.dataDir, 'admin.key')}`);
  say(`  Log          ${log}`);
  if (!existsSync(keyFile) && !makeKey(settings, keyFile)) {
    say(`\nMake a virtual key: ${join(root, 'bin/tollgate')} keys create --help`);
    return;
  }
  const key = readFileSync(keyFile, 'utf8').trim();
  const body = JSON.stringify({ model: 'simulator/echo', messages: [{ role: 'user', content: 'Hello, Tollgate!' }] });
  say(`  Virtual key  ${key}\n`);
  say('Try it (the simulator is no model, it repeats what you say):\n');
  say(
    `curl -s ${settings.url}/v1/chat/completions -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${body}'`,
  );
}

/** Shows the last lines of what was written to the log since this start. */
function showLog(settings: ServiceSettings, from: number, why: string): void {
  const lines = readFileSync(settings.logFile).subarray(from).toString().trimEnd().split('\n').slice(-20);
  complain(`${why} The end of ${settings.logFile}:\n\n${lines.join('\n')}`);
}

/** Relative paths in the environment count from the caller's folder, while the gateway runs in the project's. */
function gatewayEnvironment(settings: ServiceSettings): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, TOLLGATE_DATA_DIR: settings.dataDir };
  const paths = ['TOLLGATE_CONFIG', 'TOLLGATE_MASTER_KEY_FILE', 'TOLLGATE_SECRETS_DIR', 'NODE_EXTRA_CA_CERTS'];
  for (const name of paths) if (environment[name]) environment[name] = resolve(environment[name]);
  return environment;
}

async function waitUntilReady(settings: ServiceSettings, logFrom: number, ended: () => number | null): Promise<number> {
  const deadline = Date.now() + startMillis;
  while (Date.now() < deadline) {
    const code = ended();
    if (code !== null) {
      showLog(settings, logFrom, 'Tollgate did not start.');
      return code === 2 ? 2 : 1;
    }
    if (await ready(settings)) {
      introduce(settings);
      return 0;
    }
    await sleep(100);
  }
  showLog(settings, logFrom, `Tollgate runs but was not ready within ${startMillis / 1000} s.`);
  return 1;
}

const addressFile = (settings: ServiceSettings) => join(settings.dataDir, 'gateway.address');

/** A gateway that runs is where it was started, whatever the environment says now. Started by hand, it is not known. */
function asStarted(settings: ServiceSettings, pid: number): ServiceSettings {
  if (!existsSync(addressFile(settings))) return settings;
  const [startedPid, url, adminUrl] = readFileSync(addressFile(settings), 'utf8').split('\n');
  return startedPid === String(pid) && url && adminUrl ? { ...settings, url, adminUrl } : settings;
}

async function start(settings: ServiceSettings): Promise<number> {
  const pid = findGateway(settings.dataDir);
  if (pid !== null) {
    const gone = () => (findGateway(settings.dataDir) === null ? 1 : null);
    return waitUntilReady(asStarted(settings, pid), 0, gone);
  }
  if (!(await portsAreFree(settings))) return 1;

  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const log = openLog(settings.logFile);
  const logFrom = fstatSync(log).size;
  const gateway = spawn(join(root, 'bin/tollgate'), ['start'], {
    cwd: root,
    env: gatewayEnvironment(settings),
    detached: true,
    stdio: ['ignore', log, log],
  });
  let ended: number | null = null;
  gateway.once('error', () => {
    ended = 1;
  });
  gateway.once('exit', code => {
    ended = code ?? 1;
  });
  gateway.unref();
  writeFileSync(addressFile(settings), [gateway.pid, settings.url, settings.adminUrl, ''].join('\n'), { mode: 0o600 });
  return waitUntilReady(settings, logFrom, () => ended);
}

async function stop(settings: ServiceSettings): Promise<number> {
  const pid = findGateway(settings.dataDir);
  if (pid === null) {
    say('Tollgate was not running.');
    return 0;
  }
  process.kill(pid, 'SIGTERM');
  // Beyond the grace it still flushes the spool and takes its database down.
  const deadline = Date.now() + settings.stopMillis + 30_000;
  while (Date.now() < deadline) {
    if (findGateway(settings.dataDir) !== pid) {
      say('Tollgate has stopped.');
      return 0;
    }
    await sleep(100);
  }
  complain(`Tollgate (process ${pid}) did not stop in time. What it is doing stands in ${settings.logFile}.`);
  return 1;
}

async function status(settings: ServiceSettings): Promise<number> {
  const pid = findGateway(settings.dataDir);
  if (pid === null) {
    say('Tollgate is not running.');
    return 3;
  }
  const running = asStarted(settings, pid);
  say(`Tollgate is running (process ${pid}) at ${running.url}${(await ready(running)) ? '' : ', but not ready'}.`);
  return 0;
}

const ports = async (settings: ServiceSettings): Promise<number> => ((await portsAreFree(settings)) ? 0 : 1);

/** The lock tells our gateway from another one on the same port, of which systemd knows nothing. */
async function introduceService(settings: ServiceSettings): Promise<number> {
  const deadline = Date.now() + startMillis;
  while (Date.now() < deadline) {
    if (findGateway(settings.dataDir) !== null && (await ready(settings))) {
      introduce(settings, 'journalctl --unit tollgate');
      return 0;
    }
    await sleep(100);
  }
  complain(`Tollgate was not ready within ${startMillis / 1000} s. The reason: journalctl --unit tollgate --lines 50`);
  return 1;
}

type Action = (settings: ServiceSettings) => Promise<number>;
const actions: Readonly<Record<string, Action>> = { start, stop, status, ports, introduce: introduceService };

try {
  const action = actions[process.argv[2] ?? ''];
  if (!action) throw new RangeError(`service.ts: no such action: ${process.argv[2]}`);
  process.exitCode = await action(readServiceSettings(process.env, root));
} catch (error) {
  // What can fail here is the system's doing (a folder that may not be written, a foreign process): its sentence helps.
  complain(`Tollgate: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof ConfigurationProblem ? 2 : 1;
}
