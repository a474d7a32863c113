import type { Logger } from 'pino';
import { type ClientTimes, clientTimes } from '../spec/limits.ts';
import type { Observer } from '../spec/observer.ts';
import type { Spool } from '../spec/spool.ts';
import type { UpstreamClient } from '../spec/upstream.ts';
import { CallLog } from './call-log.ts';
import { Credentials } from './credentials/credentials.ts';
import type { ResponseState } from './kept/response-state.ts';
import type { RecentCalls } from './metering/recent-calls.ts';
import type { Stages } from './pipeline.ts';
import { KeyPool } from './routing/key-pool.ts';
import { targetOrder } from './routing/order-targets.ts';
import { TargetHealth } from './routing/target-health.ts';
import { learning } from './upstream/upstream-stages.ts';
import { Watch } from './watch.ts';

export interface StageParts {
  readonly network: UpstreamClient;
  readonly spool: Spool;
  /** Hears of every finished attempt from the spool. */
  readonly recent: RecentCalls;
  readonly observer: Observer;
  /** Of answers that are kept, at their provider or here. */
  readonly state: ResponseState;
  readonly logger: Logger;
  readonly times?: ClientTimes;
}

/** The stages of one data plane, with what they remember between calls. */
export function openStages({
  network,
  spool,
  recent,
  observer,
  state,
  logger,
  times = clientTimes,
}: StageParts): Stages {
  const log = new CallLog(logger);
  const health = new TargetHealth();
  const credentials = new Credentials({ network, failed: (label, error) => log.keyNotExchanged(label, error) });
  return {
    memory: { held: 0 },
    recent,
    observer,
    log,
    state,
    upstream: {
      network,
      spool,
      observer,
      log,
      health,
      keys: new KeyPool(health),
      credentials,
      order: targetOrder(health),
      watch: new Watch(times.readerStall),
      learn: learning(health, credentials),
    },
  };
}
