import type { Observer } from '../../spec/observer.ts';
import type { ProviderKey, Target } from '../../spec/snapshot.ts';
import type { Spool } from '../../spec/spool.ts';
import type { UpstreamClient } from '../../spec/upstream.ts';
import type { CallLog } from '../call-log.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { AttemptFailure } from '../routing/attempt-plan.ts';
import type { KeyPool } from '../routing/key-pool.ts';
import type { OrderTargets } from '../routing/order-targets.ts';
import type { TargetHealth } from '../routing/target-health.ts';
import type { Watch } from '../watch.ts';

/** What attempts work with; one of each per process. */
export interface UpstreamStages {
  readonly network: UpstreamClient;
  readonly spool: Spool;
  readonly observer: Observer;
  readonly log: CallLog;
  readonly health: TargetHealth;
  readonly keys: KeyPool;
  readonly credentials: Credentials;
  readonly order: OrderTargets;
  readonly watch: Watch;
  /** Teaches health what a failure says of target and key. */
  readonly learn: (target: Target, key: ProviderKey | null, failure: AttemptFailure) => void;
}

/** Only what the provider did counts; a request it refused for the caller's fault teaches nothing. */
export function learning(health: TargetHealth, credentials: Credentials): UpstreamStages['learn'] {
  return (target, key, failure) => {
    const now = Date.now();
    switch (failure.error.code) {
      case 'provider_auth':
        if (key !== null) {
          credentials.refused(key);
          health.keyRefused(key.label, now);
        }
        break;
      case 'insufficient_quota':
        if (key !== null) health.keyRefused(key.label, now);
        break;
      case 'rate_limit_exceeded':
        if (key !== null) health.rateLimited(target.name, key.label, failure.error.retryAfter, now);
        break;
      default:
        if (failure.reason === 'invalid' || failure.reason === 'content') break;
        if (failure.remedy === 'same' || failure.remedy === 'next') health.failed(target.name, now);
    }
  };
}
