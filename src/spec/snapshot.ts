import type { TokenRequest } from './credential-exchange.ts';
import type { Money } from './money.ts';
import type { Provider } from './provider.ts';
import type { Strategy, Timeouts } from './resources.ts';
import type { Secret } from './secret.ts';
import type { Usage } from './usage.ts';

/** Who calls: what authentication makes of a virtual key. There is no empty principal. */
export interface Principal {
  readonly keyId: string;
  readonly keyName: string;
  readonly organization: string;
  readonly team: string;
  /** Empty when the key belongs to the team itself. */
  readonly consumer: string;
  readonly models: readonly string[];
  /** Millis since the epoch; Infinity when it does not expire. */
  readonly expiresAtMillis: number;
  /** Answers of targets that keep no state are kept here: as the key says, else its team, else the organization. */
  readonly storesResponses: boolean;
}

export interface ProviderKey {
  /** Stable within the snapshot, safe to log: `openai#0`. */
  readonly label: string;
  readonly secret: Secret;
  /** It is no credential by itself: what to exchange it for. */
  readonly exchange?: TokenRequest;
  /** It is a token that a key was exchanged for, sent as `Authorization: Bearer`. */
  readonly isToken?: true;
}

/** A configured provider, ready to be called. */
export interface ConfiguredProvider {
  readonly name: string;
  /** Null when the adapter is known but not built: calls answer 501 `adapter_not_built`. */
  readonly adapter: Provider | null;
  readonly origin: string;
  /** Path of the base URL without a trailing slash; may be empty. */
  readonly basePath: string;
  readonly keys: readonly ProviderKey[];
  /** It is called without a key. Never where one is configured: what cannot be opened must not be done without. */
  readonly keyless: boolean;
  /** What it is known to serve; other names still work as `provider/model`. */
  readonly models: ReadonlySet<string>;
  /** Name under which the price book knows it. */
  readonly pricesFrom: string;
}

/** One concrete model at one provider. */
export interface Target {
  readonly provider: ConfiguredProvider;
  readonly model: string;
  /** `provider/model`. */
  readonly name: string;
  readonly weight: number;
}

/** How the targets of a model alias are ordered and what happens on failure. */
export interface RoutingPolicy {
  readonly name: string;
  readonly strategy: Strategy;
  readonly targets: readonly Target[];
  readonly fallbacks: readonly Target[];
  readonly retries: number;
  readonly timeouts: Timeouts;
}

export interface Price {
  /** Cost of these tokens in atto-dollars. */
  cost(usage: Usage): Money;
  /** The same as decimal text in USD. Runs on every attempt, twice. */
  usd(usage: Usage): string;
}

/** Prices with effective dates. Answers are remembered, so a lookup on the hot path is one map access. */
export interface PriceBook {
  readonly version: string;
  /** Null when nobody knows the price: shown as unknown, never as 0. */
  find(provider: ConfiguredProvider, model: string, atMillis: number): Price | null;
  /** Models that the bundled book lists for a provider's name. */
  models(pricesFrom: string): readonly string[];
}

/** Compiled, immutable, numbered configuration: all that the data plane works from. */
export interface Snapshot {
  readonly version: number;
  readonly organization: string;
  /** By digest, base64url. Revoked keys are not in it. */
  readonly principals: ReadonlyMap<string, Principal>;
  /** All keys that are in force are of one team, so nobody else has anything at its providers. */
  readonly soleTeam: boolean;
  /** In file order. */
  readonly providers: ReadonlyMap<string, ConfiguredProvider>;
  readonly policies: ReadonlyMap<string, RoutingPolicy>;
  readonly prices: PriceBook;
}
