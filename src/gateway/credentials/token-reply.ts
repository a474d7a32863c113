import { GatewayError } from '../../spec/gateway-error.ts';

/** What a token server gave. */
export interface GivenToken {
  readonly token: string;
  readonly lifetimeMillis: number;
}

/** What may stand in a header. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const TOKEN = /^[A-Za-z0-9._~+/=-]{1,16000}$/;
/** No token is believed to live longer, so that a wrong number does not keep one for good. */
const LONGEST_SECONDS = 86_400;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a token server's answer. Throws `provider_auth` where it refuses the key, else `upstream_invalid`; what it said
 * goes into the detail alone, with everything secret taken out.
 */
export function readToken(status: number, body: Buffer, clean: (text: string) => string): GivenToken {
  const fields = fieldsOf(body);
  if (status !== 200) throw refusal(status, fields, clean);
  const { access_token: token, expires_in: expires, token_type: type } = fields;
  // Some servers write the number as text.
  const seconds = Number(expires);
  if (typeof token !== 'string' || !TOKEN.test(token)) throw invalid('an answer without a usable access_token');
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') throw invalid('a token that is no bearer token');
  if (!Number.isFinite(seconds) || seconds <= 0) throw invalid('a token without a lifetime');
  return { token, lifetimeMillis: Math.min(seconds, LONGEST_SECONDS) * 1000 };
}

function refusal(status: number, { error, error_description: description }: Fields, clean: (text: string) => string) {
  const said = [error, description].filter(text => typeof text === 'string').join(': ');
  const detail = `the token server answered ${status} ${clean(said)}`.trimEnd();
  const refused = status >= 400 && status < 500 && status !== 429 && status !== 408;
  return new GatewayError(refused ? 'provider_auth' : 'upstream_invalid', { detail });
}

const invalid = (what: string): GatewayError =>
  new GatewayError('upstream_invalid', { detail: `the token server gave ${what}` });

function fieldsOf(body: Buffer): Fields {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Fields) : {};
  } catch {
    return {}; // a proxy's page: the status says enough
  }
}
