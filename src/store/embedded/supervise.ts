import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreLogger } from '../logger.ts';
import { endServer, signalServer } from './end-server.ts';
import type { Server } from './server.ts';

export interface Supervised {
  /** Calls back with how the server ended whenever it ends by itself; it is being restarted then. */
  onExit(listener: (how: string) => void): void;
  /** Comes back when the server is gone. */
  stop(): Promise<void>;
}

export interface SupervisedPlan {
  readonly cluster: string;
  readonly first: Server;
  /** Starts another one, telling its process id before it is ready. */
  readonly start: (spawned: (pid: number) => void) => Promise<Server>;
  readonly logger: StoreLogger;
}

const FIRST_PAUSE_MILLIS = 100;
const LONGEST_PAUSE_MILLIS = 10_000;
const HOLD_MILLIS = 1_000;
/** One that lived this long did not fail at its start. */
const STABLE_MILLIS = 60_000;

/** Keeps a server running until it is stopped, and takes it down with this process, however that ends but kill -9. */
export function supervise({ cluster, first, start, logger }: SupervisedPlan): Supervised {
  const listeners: ((how: string) => void)[] = [];
  const stopping = new AbortController();
  let pid = first.pid;
  const lastWill = () => void signalServer(pid, cluster, 'SIGINT');
  process.once('exit', lastWill);

  async function restart(): Promise<Server | null> {
    try {
      return await start(spawned => {
        pid = spawned;
        // stop() may have looked for the server before there was one.
        if (stopping.signal.aborted) signalServer(pid, cluster, 'SIGINT');
      });
    } catch (error) {
      if (!stopping.signal.aborted)
        logger.error({ detail: String(error) }, 'the embedded database could not be restarted');
      return null;
    }
  }

  async function keep(): Promise<void> {
    let pause = FIRST_PAUSE_MILLIS;
    let server: Server | null = first;
    while (!stopping.signal.aborted) {
      if (server) {
        const since = Date.now();
        const how: string = await server.exited;
        if (stopping.signal.aborted) return;
        if (Date.now() - since > STABLE_MILLIS) pause = FIRST_PAUSE_MILLIS;
        logger.error({ how, retryMillis: pause }, 'the embedded database ended and is being restarted');
        for (const listener of listeners) listener(how);
      }
      await sleep(pause, undefined, { signal: stopping.signal, ref: false }).catch(() => {}); // stop() cuts it short
      if (stopping.signal.aborted) return;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
      server = await restart();
      if (server) logger.info({ databasePid: server.pid }, 'the embedded database runs again');
    }
  }

  const kept = keep();
  return {
    onExit: listener => void listeners.push(listener),
    async stop() {
      stopping.abort();
      // The server alone does not keep this process alive: where nothing else does, its end would never be heard of.
      const alive = setInterval(() => {}, HOLD_MILLIS);
      try {
        await endServer(pid, cluster);
        process.off('exit', lastWill);
        await kept;
        await endServer(pid, cluster); // a restart that was under way
      } finally {
        clearInterval(alive);
      }
    },
  };
}
