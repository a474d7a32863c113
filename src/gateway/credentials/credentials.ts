import { createHash } from 'node:crypto';
import type { TokenRequest } from '../../spec/credential-exchange.ts';
import type { ProviderKey } from '../../spec/snapshot.ts';
import type { UpstreamClient } from '../../spec/upstream.ts';
import { askTokenServer } from './ask-token-server.ts';
import { TokenSource, type TokenSourceParts } from './token-source.ts';

export interface CredentialParts {
  readonly network: UpstreamClient;
  readonly failed: TokenSourceParts['failed'];
  /** Millis since the epoch. */
  readonly now?: () => number;
}

/**
 * What is presented to providers: keys as they are, or the tokens that they are exchanged for. A token outlives the
 * snapshot of its key, since every change of the configuration makes a new one.
 */
export class Credentials {
  readonly #parts: CredentialParts;
  readonly #now: () => number;
  readonly #sources = new Map<string, TokenSource>();
  readonly #known = new WeakMap<ProviderKey, TokenSource>();

  constructor(parts: CredentialParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  /** Keys whose tokens are kept. */
  get kept(): number {
    return this.#sources.size;
  }

  /** At once for a key that is a credential by itself, and while a token is there. Throws, or rejects with, GatewayError. */
  of(key: ProviderKey): ProviderKey | Promise<ProviderKey> {
    const { exchange } = key;
    if (exchange === undefined) return key;
    const source = this.#known.get(key) ?? this.#sourceOf(key, exchange);
    const given = source.take();
    if (given instanceof Promise) return given.then(credential => this.#remember(credential, source));
    return this.#remember(given, source);
  }

  /** The provider refused what it was given. */
  refused(credential: ProviderKey): void {
    this.#known.get(credential)?.refused();
  }

  #remember(credential: ProviderKey, source: TokenSource): ProviderKey {
    if (!this.#known.has(credential)) this.#known.set(credential, source);
    return credential;
  }

  #sourceOf(key: ProviderKey, exchange: TokenRequest): TokenSource {
    const identity = identityOf(key, exchange);
    const source = this.#sources.get(identity) ?? this.#open(key.label, exchange, identity);
    this.#known.set(key, source);
    return source;
  }

  #open(label: string, exchange: TokenRequest, identity: string): TokenSource {
    // Keys that left the configuration leave here too, once their last token is over.
    for (const [other, source] of this.#sources) if (source.idle) this.#sources.delete(other);
    const { network, failed } = this.#parts;
    const ask = (nowMillis: number) => askTokenServer(exchange, network, nowMillis);
    const source = new TokenSource({ label, ask, failed, now: this.#now });
    this.#sources.set(identity, source);
    return source;
  }
}

/** The same key for the same server under the same name. */
const identityOf = ({ label, secret }: ProviderKey, { origin, path }: TokenRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([label, origin, path, secret.reveal()]))
    .digest('base64url');
