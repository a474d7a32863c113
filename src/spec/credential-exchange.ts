import type { Secret } from './secret.ts';

/**
 * How the provider keys of an adapter become the tokens that are sent in their place (OAuth 2.0). An adapter declares
 * it as data: it reads a key's text and says what to ask for. `src/gateway/credentials` does what is not pure: it
 * signs, asks, keeps the token and asks anew before it expires. The address of the token server comes from the adapter
 * or from `token_url` in the configuration, never from the key's text.
 *
 * A client's secret, form-encoded:
 *
 * ```ts
 * { path: '/oauth2/token', form: { grant_type: 'client_credentials', client_id: 'app', client_secret: new Secret('…') } }
 * ```
 *
 * An account's private key, which signs an assertion (RFC 7523):
 *
 * ```ts
 * {
 *   path: '/token',
 *   form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
 *   assertion: { member: 'assertion', claims: { iss, scope, aud }, lifetimeSeconds: 3600, privateKey: new Secret(pem) },
 * }
 * ```
 */
export interface CredentialExchange {
  /** Base URL of the server that gives out tokens, where the configuration has no `token_url`. */
  readonly baseUrl: string;
  /**
   * What a provider key asks for; null when it is a credential by itself, which `authorize` presents as it is. Throws a
   * RangeError that says which member of the key's text is wrong, without any of its values.
   */
  readKey(key: string): TokenGrant | null;
}

/** One request for a token: a POST with a form, answered by JSON with `access_token` and `expires_in`. */
export interface TokenGrant {
  /** Below the token server's base URL, encoded, with a slash in front. */
  readonly path: string;
  readonly form: Readonly<Record<string, string | Secret>>;
  /** Signed anew for each request. */
  readonly assertion?: TokenAssertion;
}

/** A JSON Web Token, signed with RS256. */
export interface TokenAssertion {
  /** The form's member that carries it. */
  readonly member: string;
  /** Besides `alg` and `typ`: `kid`, say. */
  readonly header?: Readonly<Record<string, string>>;
  /** Besides `iat` and `exp`. */
  readonly claims: Readonly<Record<string, string>>;
  readonly lifetimeSeconds: number;
  /** PEM. */
  readonly privateKey: Secret;
}

/** A grant and where it is asked for. */
export interface TokenRequest extends TokenGrant {
  /** `https://host:port`. Its `path` is the whole path, that of the base URL included. */
  readonly origin: string;
}
