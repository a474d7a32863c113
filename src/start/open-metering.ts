import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Closers } from '../closers.ts';
import type { Config } from '../config.ts';
import { type LedgerWriter, startLedgerWriter } from '../control/ledger/ledger-writer.ts';
import { RecentCalls } from '../gateway/metering/recent-calls.ts';
import { type OpenSpool, openSpool } from '../gateway/metering/spool/open-spool.ts';
import { keepSpoolFormat } from './spool-format.ts';
import { within } from './within.ts';

/** How long shipping the last usage may hold up the end; what is left waits in the spool for the next start. */
const FLUSH_MILLIS = 5_000;

/** The spool of this process, and the writer that ships it, and what ended processes left, to the ledger. */
export async function openMetering(
  config: Config,
  append: (events: Buffer) => Promise<number>,
  logger: Logger,
  closers: Closers,
): Promise<{ readonly writer: LedgerWriter; readonly spool: OpenSpool; readonly recent: RecentCalls }> {
  const directory = join(config.TOLLGATE_DATA_DIR, 'spool');
  keepSpoolFormat(directory);
  // The writer first: whatever lies in the folder at that moment is what an ended process left.
  const writer = startLedgerWriter({ directory, append, logger });
  closers.add(() => within(writer.stop(), FLUSH_MILLIS).catch(() => logger.warn('the ledger writer was still busy')));
  const recent = new RecentCalls();
  const spool = await openSpool({
    directory,
    fsync: config.TOLLGATE_FSYNC,
    limitBytes: config.TOLLGATE_SPOOL_LIMIT,
    onFinished: (bytes, start, end) => recent.add(bytes, start, end),
    logger,
  });
  closers.add(async () => {
    await spool.close();
    await within(writer.flush(), FLUSH_MILLIS).catch((error: unknown) =>
      logger.warn({ detail: String(error) }, 'usage waits in the spool for the next start'),
    );
  });
  return { writer, spool, recent };
}
