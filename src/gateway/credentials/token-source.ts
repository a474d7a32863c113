import { GatewayError } from '../../spec/gateway-error.ts';
import { Secret } from '../../spec/secret.ts';
import type { ProviderKey } from '../../spec/snapshot.ts';
import type { GivenToken } from './token-reply.ts';

/** Of a token's lifetime: from then on a new one is asked for beside the calls, and from then on it is not used. */
const REFRESH_AT = 0.75;
const UNUSED_FROM = 0.95;
/** After a failure nobody asks again for so long, so that a wrong key does not become a flood of requests. */
const PAUSE_MILLIS = 5_000;
/** A token that is refused before it is so old is not the reason: a new one would be refused as well. */
const YOUNG_MILLIS = 60_000;

interface Token {
  readonly credential: ProviderKey;
  readonly takenMillis: number;
  readonly refreshMillis: number;
  readonly untilMillis: number;
}

export interface TokenSourceParts {
  /** Of the key and of its tokens. */
  readonly label: string;
  readonly ask: (nowMillis: number) => Promise<GivenToken>;
  readonly now: () => number;
  /** Told once for each request that failed. */
  readonly failed: (label: string, error: GatewayError) => void;
}

/** The tokens of one provider key: the one in use, and at most one request for the next. */
export class TokenSource {
  readonly #parts: TokenSourceParts;
  #token: Token | null = null;
  #asking: Promise<ProviderKey> | null = null;
  #failure: GatewayError | null = null;
  #pausedUntilMillis = 0;

  constructor(parts: TokenSourceParts) {
    this.#parts = parts;
  }

  /** Nothing would be lost with it. */
  get idle(): boolean {
    const now = this.#parts.now();
    return this.#asking === null && now >= (this.#token?.untilMillis ?? 0) && now >= this.#pausedUntilMillis;
  }

  /** A token that is valid for a while; at once where one is there. Throws, or rejects with, a GatewayError. */
  take(): ProviderKey | Promise<ProviderKey> {
    const now = this.#parts.now();
    const token = this.#token;
    if (token !== null && now < token.untilMillis) {
      if (now >= token.refreshMillis && this.#asking === null && now >= this.#pausedUntilMillis) this.#refresh();
      return token.credential;
    }
    if (this.#asking !== null) return this.#asking;
    if (this.#failure !== null && now < this.#pausedUntilMillis) throw this.#failure;
    return this.#ask();
  }

  /** The provider refused the token: it may have been revoked. */
  refused(): void {
    if (this.#token !== null && this.#parts.now() - this.#token.takenMillis > YOUNG_MILLIS) this.#token = null;
  }

  /** The token in use goes on being used where this fails; who asked for it has been told. */
  #refresh(): void {
    this.#ask().catch(() => undefined);
  }

  #ask(): Promise<ProviderKey> {
    this.#asking = this.#exchange().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #exchange(): Promise<ProviderKey> {
    const { ask, now, label, failed } = this.#parts;
    try {
      // The lifetime counts from the request, so that a slow answer does not stretch it.
      const takenMillis = now();
      const { token, lifetimeMillis } = await ask(takenMillis);
      const credential = Object.freeze({ label, secret: new Secret(token), isToken: true } as const);
      this.#token = {
        credential,
        takenMillis,
        refreshMillis: takenMillis + REFRESH_AT * lifetimeMillis,
        untilMillis: takenMillis + UNUSED_FROM * lifetimeMillis,
      };
      this.#failure = null;
      return credential;
    } catch (cause) {
      const error = cause instanceof GatewayError ? cause : new GatewayError('internal_error', { cause });
      this.#failure = error;
      this.#pausedUntilMillis = now() + PAUSE_MILLIS;
      failed(label, error);
      throw error;
    }
  }
}
