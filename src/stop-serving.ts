import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { DirectListener } from './gateway/http/direct/direct-listener.ts';
import type { Watch } from './gateway/watch.ts';
import { GatewayError } from './spec/gateway-error.ts';

const LOOK_MILLIS = 20;
/**
 * A client whose stream began before we were leaving was not told that its connection ends, and may send its next call
 * at once.
 */
const NEXT_CALL_MILLIS = 1_000;
/** For error events to reach their clients after the grace period. */
const LAST_WORDS_MILLIS = 1_000;

export interface EndingParts {
  readonly gateway: FastifyInstance;
  readonly direct: DirectListener | null;
  readonly watch: Watch;
  /** How long calls are still taken on new connections, for whoever sends them to notice. */
  readonly drainMillis: number;
  /** How long open calls may finish after that. */
  readonly graceMillis: number;
}

/** How the data plane goes down, so that a caller who asks another node next never meets a closed door here. */
export class Ending {
  /** Whoever asks `/readyz` is sent elsewhere, and each answer says that its connection ends with it. */
  leaving = false;
  /** The grace period is over: what comes now is refused. */
  stopping = false;

  /**
   * Takes calls as before for the drain time, so that no caller loses one to a connection that is closed under it. Then
   * takes no new connections, waits for open calls up to the grace period, and ends what is left with an error in its
   * client's dialect. A call that comes on an open connection meanwhile is the last one there, and is served.
   */
  async run({ gateway, direct, watch, drainMillis, graceMillis }: EndingParts): Promise<void> {
    this.leaving = true;
    direct?.retire();
    await sleep(drainMillis);
    // HTTP's own close would also destroy connections whose answers are queued but not delivered: it takes them for idle.
    Server.prototype.close.call(gateway.server);
    await lastCalls(direct, watch, Math.min(NEXT_CALL_MILLIS, drainMillis), graceMillis);
    this.stopping = true;
    watch.stopAll(new GatewayError('shutting_down'));
    await quiet(watch, LAST_WORDS_MILLIS);
    direct?.closeAll();
    gateway.server.closeAllConnections();
    watch.close();
    await gateway.close();
  }
}

async function lastCalls(
  direct: DirectListener | null,
  watch: Watch,
  idleMillis: number,
  graceMillis: number,
): Promise<void> {
  const deadline = performance.now() + graceMillis;
  for (;;) {
    direct?.closeIdle(idleMillis);
    if ((watch.open === 0 && !direct?.open) || performance.now() > deadline) return;
    await sleep(LOOK_MILLIS);
  }
}

async function quiet(watch: Watch, millis: number): Promise<void> {
  const deadline = performance.now() + millis;
  while (watch.open > 0 && performance.now() < deadline) await sleep(LOOK_MILLIS);
}
