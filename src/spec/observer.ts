import type { ErrorCode } from './error-table.ts';
import type { UsageEvent } from './usage-event.ts';

/** Where the data plane tells what happened, for metrics. Called on the hot path: no promise, nothing that throws. */
export interface Observer {
  /** Once per attempt, with the row that goes to the ledger. */
  attempt(event: UsageEvent): void;
  /** Once per call: status sent to the client, what it took in all and what of that was ours. */
  call(operation: string, status: number, totalMillis: number, overheadMillis: number): void;
  /** A call or request that was refused before any attempt. */
  refused(code: ErrorCode): void;
  /** Calls that are open at the moment: +1 and -1. */
  open(change: 1 | -1): void;
}
