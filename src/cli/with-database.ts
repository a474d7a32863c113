import { mkdirSync } from 'node:fs';
import type { Config } from '../config.ts';
import { openLog } from '../log.ts';
import type { Connection } from '../store/connection.ts';
import { endingOnSignals } from './ending-on-signals.ts';

type Work<T> = (connection: Connection | string) => Promise<T>;

/**
 * One's own database is simply used; the embedded one runs for this command only, under the data folder's lock and with
 * these settings (`name=value`).
 */
export async function withDatabase<T>(config: Config, work: Work<T>, settings: readonly string[] = []): Promise<T> {
  if (config.DATABASE_URL) return work(config.DATABASE_URL.reveal());
  const { lockDataFolder } = await import('../store/data-folder-lock.ts');
  mkdirSync(config.TOLLGATE_DATA_DIR, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(config.TOLLGATE_DATA_DIR);
  try {
    // The exit takes the database down.
    return await endingOnSignals(() => withEmbedded(config, work, settings));
  } finally {
    lock.release();
  }
}

async function withEmbedded<T>(config: Config, work: Work<T>, settings: readonly string[]): Promise<T> {
  const { startEmbedded } = await import('../store/embedded/start-embedded.ts');
  const { logger } = openLog('silent');
  const embedded = await startEmbedded({ dataDir: config.TOLLGATE_DATA_DIR, logger, settings });
  try {
    return await work(embedded.connection);
  } finally {
    await embedded.stop();
  }
}
