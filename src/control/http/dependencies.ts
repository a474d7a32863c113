import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { DigestKey } from '../../spec/key-digest.ts';
import type { Store } from '../../spec/store.ts';
import type { SnapshotSource } from '../health/status-schema.ts';
import type { LedgerStatus } from '../ledger/ledger-writer.ts';

export interface NodeStatus {
  readonly ready: boolean;
  readonly problems: readonly string[];
  /** What the operator should know although calls are taken. */
  readonly notes: readonly string[];
  readonly source: SnapshotSource;
}

/** What the control plane needs of the rest of the process. */
export interface ControlDependencies {
  readonly store: Pick<
    Store,
    'createTeam' | 'listTeams' | 'createKey' | 'listKeys' | 'revokeKey' | 'spend' | 'usage' | 'backup'
  >;
  readonly verifyAdminKey: (presented: string) => boolean;
  readonly digestKey: DigestKey;
  /** A virtual key that nobody has. */
  readonly newKey: () => string;
  readonly snapshotVersion: () => number;
  /** Publishes what was just changed on this node; other nodes follow within 2 s by themselves. */
  readonly afterChange: () => Promise<void>;
  /** Whether this node takes calls, and what is in the way. */
  readonly status: () => NodeStatus;
  readonly ledgerStatus: () => LedgerStatus;
  /** Resolves when the usage of every call of this node that ended before is in the ledger; throws when that takes too long. */
  readonly flushLedger: () => Promise<void>;
  readonly metrics: Pick<Registry, 'metrics' | 'contentType'>;
  /** The address the admin port is bound to, as configured. */
  readonly adminHost: string;
  /** More host names it answers to, lower-case, without port. */
  readonly allowedHosts: readonly string[];
  readonly metricsOpen: boolean;
  readonly logger: Logger;
  /** How long the reader of a backup may take nothing; the usual time when absent. */
  readonly readerStallMillis?: number;
  /** For the defaults of reports; the system's clock when absent. */
  readonly nowMillis?: () => number;
}

export type ControlApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;
