import type { Readable } from 'node:stream';
import type {
  KeyResource,
  ModelResource,
  OrganizationSettings,
  PriceResource,
  ProviderResource,
  Resources,
  TeamResource,
  TeamSettings,
} from './resources.ts';
import type { ResponseStore } from './response-store.ts';

/** What the configuration file describes, with literals sealed and keys as digests, ready to be written. */
export interface FileResources {
  readonly organization: OrganizationSettings;
  readonly teams: readonly TeamSettings[];
  readonly consumers: readonly { readonly name: string; readonly team: string }[];
  readonly keys: readonly Omit<KeyResource, 'id' | 'createdAt' | 'revokedAt' | 'managedBy'>[];
  readonly providers: readonly Omit<ProviderResource, 'managedBy'>[];
  readonly models: readonly Omit<ModelResource, 'managedBy'>[];
  readonly prices: readonly PriceResource[];
}

export interface NewKey {
  readonly id: string;
  readonly name: string;
  readonly team: string;
  readonly consumer: string | null;
  readonly digest: string;
  readonly hint: string;
  readonly models: readonly string[];
  readonly expiresAt: Date | null;
  readonly storeResponses: boolean | null;
}

export const spendDimensions = [
  'organization',
  'team',
  'consumer',
  'key',
  'user',
  'tag',
  'model',
  'target',
  'provider',
  'prompt',
  'dialect',
  'status',
] as const;

export type SpendDimension = (typeof spendDimensions)[number];

export interface SpendQuery {
  readonly by: readonly SpendDimension[];
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly bucket: 'hour' | 'day' | 'week' | 'month' | null;
  /** IANA name; decides where days begin. */
  readonly timezone: string;
  /** Only this key's rows; for `GET /v1/key`. */
  readonly keyId?: string;
}

export interface SpendSums {
  /** First attempts. */
  readonly calls: number;
  readonly attempts: number;
  /** Every prompt token, cached ones included. */
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  /** Every completion token, reasoning included. */
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  /** Decimal string without trailing zeros; null when nothing in the group has a price, "0" when there is nothing. */
  readonly cost_usd: string | null;
  /** Attempts that used tokens whose price is unknown. */
  readonly unpriced_calls: number;
}

export interface SpendReport {
  /** Group members are named as the query names them; `bucket` is the ISO start of the bucket where one was asked for. */
  readonly rows: readonly (SpendSums & Partial<Record<SpendDimension | 'bucket', string>>)[];
  readonly total: SpendSums;
}

export interface UsageQuery {
  readonly from: Date;
  readonly to: Date;
  readonly limit: number;
  /** Id of the last event of the page before. */
  readonly before: string | null;
  readonly filters: Readonly<
    Partial<Record<'team' | 'key' | 'model' | 'provider' | 'target' | 'outcome' | 'call_id', string>>
  >;
  readonly keyId?: string;
}

/** Columns of one ledger row, money as decimal string, with `at` as ISO time. */
export type UsageRow = Readonly<Record<string, unknown>> & { readonly id: string; readonly call_id: string };

/** Postgres, embedded or one's own, behind what the planes need of it. */
export interface Store {
  /** The whole configuration, read in one transaction. */
  load(): Promise<Resources>;
  /** Calls back after any change by anyone, within 2 s: notification, with polling as the net. Returns the end of it. */
  onChange(listener: () => void): () => void;
  /** Makes the file's resources be exactly these, in one transaction; leaves what the API made. True when it changed. */
  applyFile(resources: FileResources): Promise<boolean>;

  createTeam(team: TeamSettings): Promise<TeamResource>;
  listTeams(): Promise<readonly TeamResource[]>;
  createKey(key: NewKey): Promise<KeyResource>;
  listKeys(): Promise<readonly KeyResource[]>;
  /** By id. Null when there is no such key; revoking twice is the same as once. */
  revokeKey(id: string): Promise<KeyResource | null>;

  /** Sealed values of the instance itself (the digest key), made once: `make` is called when there is none. */
  instanceSecret(name: string, make: () => Promise<string>): Promise<string>;

  /**
   * Appends ledger rows given as a JSON array of usage events in UTF-8; idempotent by event id. Answers how many were
   * new. The bytes are lent until it settles.
   */
  append(events: Buffer): Promise<number>;
  spend(query: SpendQuery): Promise<SpendReport>;
  usage(query: UsageQuery): Promise<readonly UsageRow[]>;

  /** Answers that are kept, as they come: whoever saves them seals them. */
  readonly responses: ResponseStore;
  /** Removes kept answers whose time is over; answers how many there were. */
  removeExpiredResponses(): Promise<number>;

  /**
   * Everything that is kept, as it is at this moment, as an archive (docs/backup.md) that is not packed yet. It is read
   * from the database while the stream is; `program` is the version that the archive names as its maker.
   */
  backup(program: string): Promise<Readable>;

  /** Throws when the database does not answer in time. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
