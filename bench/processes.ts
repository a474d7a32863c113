import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { searchPath } from './places.ts';

const GATEWAY_CORE = '0';
const OTHER_CORE = '1';
const OUTPUT_KEPT = 4000;

export interface Running {
  readonly pid: number;
  /** The end of what it wrote to stderr. */
  readonly complaints: () => string;
  readonly ended: () => boolean;
  /** SIGTERM, and SIGKILL when that does not help. */
  stop(): Promise<void>;
}

/**
 * Moves this process, and with it all that it starts without saying otherwise, to the second core. Throws when there is
 * only one: contender and load would then be measured against each other.
 */
export function moveToOtherCore(): void {
  if (process.platform !== 'linux') throw new Error('the benchmark pins processes and reads /proc: it needs Linux');
  if (availableParallelism() < 2) throw new Error('two cores are needed: one for the gateway, one for everything else');
  execFileSync('taskset', ['-a', '-c', '-p', OTHER_CORE, String(process.pid)], { stdio: 'ignore' });
}

const living = new Set<ChildProcess>();

/** However this process ends, nothing that it started goes on loading the machine. */
export function endWithUs(): void {
  process.once('exit', () => {
    for (const child of living) child.kill('SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
}

export interface StartOptions {
  readonly core: 'gateway' | 'other';
  readonly environment?: Readonly<Record<string, string>>;
  /** A file for stdout; dropped when absent. */
  readonly output?: string;
}

/** Starts a command pinned to its core, with a bare environment so that rows do not depend on who measures. */
export function start(command: readonly string[], { core, environment, output }: StartOptions): Running {
  const stdout = output === undefined ? 'ignore' : openSync(output, 'a');
  const pinned = ['-c', core === 'gateway' ? GATEWAY_CORE : OTHER_CORE, ...command];
  const child = spawn('taskset', pinned, {
    env: { PATH: searchPath, HOME: process.env.HOME, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', stdout, 'pipe'],
  });
  if (typeof stdout === 'number') closeSync(stdout);
  living.add(child);
  child.once('exit', () => living.delete(child));
  let complaints = '';
  child.stderr?.on('data', (text: Buffer) => {
    complaints = (complaints + text.toString()).slice(-OUTPUT_KEPT);
  });
  return {
    pid: child.pid ?? 0,
    complaints: () => complaints,
    ended: () => hasEnded(child),
    stop: () => stopped(child),
  };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

const PATIENCE_MILLIS = 15_000;

async function stopped(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>(done => child.once('exit', () => done()));
  const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MILLIS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(impatience);
}
