import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { StoreLogger } from '../logger.ts';
import { changeChannel } from './change.ts';

const POLL_MILLIS = 1_000;
const GOODBYE_MILLIS = 2_000;

export interface VersionWatch {
  /** Calls back once for every version that was not seen before. Returns the end of it. */
  subscribe(listener: () => void): () => void;
  /** A load that ends with this version: what came before it is no news to later subscribers. */
  seen(version: number): void;
  close(): Promise<void>;
}

export interface VersionWatchOptions {
  readonly config: pg.ClientConfig;
  readonly readVersion: () => Promise<number>;
  readonly logger: StoreLogger;
}

/**
 * Notices changes at once by notification, and within a second without: the connection that listens can die unheard,
 * and a pooler in front of the database may not pass notifications on.
 */
export function watchVersion(options: VersionWatchOptions): VersionWatch {
  const listeners = new Map<() => void, number | null>();
  let lastLoaded: number | null = null;
  let listening: pg.Client | null = null;
  let connecting: Promise<void> | null = null;
  let reading = false;
  let timer: NodeJS.Timeout | null = null;
  let away = false;
  let closed = false;

  function tell(version: number): void {
    for (const [listener, known] of [...listeners]) {
      if (known === version || !listeners.has(listener)) continue;
      listeners.set(listener, version);
      listener();
    }
  }

  async function goodbye(): Promise<void> {
    await connecting;
    await listening?.end().catch(() => {}); // it may have died at this moment
  }

  async function poll(): Promise<void> {
    let version: number;
    reading = true;
    try {
      version = await options.readVersion();
    } catch (error) {
      if (!away && !closed)
        options.logger.warn({ detail: String(error) }, 'changes of the configuration cannot be read');
      away = true;
      return;
    } finally {
      reading = false;
    }
    if (away) options.logger.info('changes of the configuration can be read again');
    away = false;
    if (!closed) tell(version);
  }

  async function listen(): Promise<void> {
    const client = new pg.Client({
      ...options.config,
      application_name: 'tollgate changes',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    const lost = () => {
      if (listening === client) listening = null;
    };
    client.on('error', lost); // polling goes on meanwhile, the next tick connects anew
    client.on('end', lost);
    client.on('notification', ({ payload }) => tell(Number(payload)));
    try {
      await client.connect();
      await client.query(`listen ${changeChannel}`);
      listening = client;
    } catch {
      await client.end().catch(() => {}); // polling reports the outage; a client that never connected has no end
    }
  }

  function tick(): void {
    if (listeners.size === 0) return;
    if (!reading) void poll();
    if (listening) return;
    connecting ??= listen().finally(() => {
      connecting = null;
    });
  }

  return {
    subscribe(listener) {
      const own = () => listener();
      listeners.set(own, lastLoaded);
      timer ??= setInterval(tick, POLL_MILLIS).unref();
      tick();
      return () => void listeners.delete(own);
    },
    seen(version) {
      lastLoaded = version;
    },
    async close() {
      closed = true;
      listeners.clear();
      if (timer) clearInterval(timer);
      // A server that is gone without a word never says goodbye.
      await Promise.race([goodbye(), sleep(GOODBYE_MILLIS, undefined, { ref: false })]);
    },
  };
}
