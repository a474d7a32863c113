import type { Logger } from 'pino';
import { GatewayError } from '../spec/gateway-error.ts';

const EVERY_MILLIS = 15 * 60_000;

/** Removes kept answers whose time is over, every now and then. Returns the end of it. */
export function forgetResponses(
  remove: () => Promise<number>,
  logger: Pick<Logger, 'info' | 'warn'>,
  everyMillis = EVERY_MILLIS,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => forget(remove, logger));
  }, everyMillis).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function forget(remove: () => Promise<number>, logger: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  try {
    const removed = await remove();
    if (removed > 0) logger.info({ removed }, 'kept responses whose time is over were removed');
  } catch (error) {
    const reason = error instanceof GatewayError ? (error.detail ?? error.message) : String(error);
    logger.warn({ reason }, 'kept responses whose time is over could not be removed');
  }
}
