import type { ProviderSettings } from './provider.ts';

/** Who manages a resource: what the file manages is read-only elsewhere. */
export type ManagedBy = 'file' | 'api';

/**
 * `env:NAME` or `file:PATH`, stored with a seal behind it that binds it to its provider, or a literal sealed with the
 * master key (`sealed:…`). Never a plain secret.
 */
export type SecretReference = string;

export interface OrganizationSettings {
  /** Answers of targets that keep no state are kept here; null: nothing is said. */
  readonly storeResponses: boolean | null;
}

/** What can be said of a team. */
export interface TeamSettings {
  readonly name: string;
  /** As for the organization, before which it counts. */
  readonly storeResponses: boolean | null;
}

export interface TeamResource extends TeamSettings {
  readonly managedBy: ManagedBy;
}

export interface ConsumerResource {
  readonly name: string;
  readonly team: string;
  readonly managedBy: ManagedBy;
}

export interface KeyResource {
  readonly id: string;
  readonly name: string;
  readonly team: string;
  readonly consumer: string | null;
  /** HMAC-SHA-256 under the digest key, base64url. */
  readonly digest: string;
  /** Last four characters, so that a person can tell keys apart. */
  readonly hint: string;
  /** Names and globs (`fast`, `openai/*`, `*`). */
  readonly models: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** As for its team, before which it counts. */
  readonly storeResponses: boolean | null;
  readonly managedBy: ManagedBy;
}

export interface ProviderResource {
  readonly name: string;
  readonly adapter: string;
  readonly baseUrl: string | null;
  readonly keys: readonly SecretReference[];
  /** Known models; null: the price book's list. */
  readonly models: readonly string[] | null;
  /** Name in the price book, when it is not the provider's own. */
  readonly pricesFrom: string | null;
  /** Allows http to an address that is not private. */
  readonly allowInsecure: boolean;
  /** What its adapter alone knows, and `token_url`. */
  readonly settings: ProviderSettings;
  /** Order in the file; bare model names go to the first that lists them. */
  readonly position: number;
  readonly managedBy: ManagedBy;
}

export type Strategy = 'priority' | 'weighted' | 'round-robin';

export interface TargetResource {
  /** `provider/model`. */
  readonly model: string;
  readonly weight: number;
}

export interface Timeouts {
  readonly connectMillis: number;
  readonly firstTokenMillis: number;
  readonly idleMillis: number;
  readonly totalMillis: number;
}

export interface ModelResource {
  readonly name: string;
  readonly strategy: Strategy;
  readonly targets: readonly TargetResource[];
  readonly fallbacks: readonly TargetResource[];
  readonly retries: number;
  readonly timeouts: Timeouts;
  readonly managedBy: ManagedBy;
}

/** An override of the price book: USD per million tokens as decimal strings. */
export interface PriceResource {
  /** `provider/model`, globs allowed. */
  readonly model: string;
  readonly input: string;
  readonly output: string;
  readonly cacheRead: string | null;
  readonly cacheWrite: string | null;
  readonly reasoning: string | null;
  /** First moment it holds; null: always. */
  readonly from: Date | null;
  readonly position: number;
}

/** The whole configuration as plain data: what the store loads and a snapshot is compiled from. */
export interface Resources {
  readonly version: number;
  readonly organization: string;
  readonly storeResponses: boolean | null;
  readonly teams: readonly TeamResource[];
  readonly consumers: readonly ConsumerResource[];
  readonly keys: readonly KeyResource[];
  readonly providers: readonly ProviderResource[];
  readonly models: readonly ModelResource[];
  readonly prices: readonly PriceResource[];
}

export const defaultTimeouts: Timeouts = Object.freeze({
  connectMillis: 5_000,
  firstTokenMillis: 60_000,
  idleMillis: 60_000,
  totalMillis: 600_000,
});

/**
 * How long a target may take until something of its answer is there. A whole answer has no first token, so it may take
 * the whole time, unless the policy sets a `first_token` of its own: then that is how long its owner waits.
 */
export function firstAnswerMillis(timeouts: Timeouts, stream: boolean): number {
  const own = timeouts.firstTokenMillis !== defaultTimeouts.firstTokenMillis;
  return stream || own ? timeouts.firstTokenMillis : timeouts.totalMillis;
}

export const defaultRetries = 2;
