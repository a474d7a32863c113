import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { DirectListener } from './gateway/http/direct/direct-listener.ts';
import type { Watch } from './gateway/watch.ts';
import { GatewayError } from './spec/gateway-error.ts';

const LOOK_MILLIS = 20;
/** For error events to reach their clients after the grace period. */
const LAST_WORDS_MILLIS = 1_000;

/**
 * Takes no new connections, waits for open calls up to the grace period, then ends them with an error in their
 * client's dialect.
 */
export async function stopServing(
  gateway: FastifyInstance,
  direct: DirectListener | null,
  watch: Watch,
  graceMillis: number,
): Promise<void> {
  // HTTP's own close would also destroy connections whose answers are queued but not delivered: it takes them for idle.
  Server.prototype.close.call(gateway.server);
  direct?.closeIdle();
  await quiet(watch, graceMillis);
  watch.stopAll(new GatewayError('shutting_down'));
  await quiet(watch, LAST_WORDS_MILLIS);
  direct?.closeAll();
  gateway.server.closeAllConnections();
  watch.close();
  await gateway.close();
}

async function quiet(watch: Watch, millis: number): Promise<void> {
  const deadline = performance.now() + millis;
  while (watch.open > 0 && performance.now() < deadline) await sleep(LOOK_MILLIS);
}
