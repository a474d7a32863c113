import type { TokenRequest } from '../../spec/credential-exchange.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import type { UpstreamClient } from '../../spec/upstream.ts';
import { redact } from '../redact.ts';
import { wholeReply } from '../upstream/whole-reply.ts';
import { type GivenToken, readToken } from './token-reply.ts';
import { secretsOf, tokenRequest } from './token-request.ts';

/**
 * Asks for one token. Rejects with a GatewayError: `provider_auth` where the key is refused, `upstream_…` where the
 * token server does not answer as it should. Redirects are not followed, and time and size are bounded.
 */
export async function askTokenServer(
  request: TokenRequest,
  network: UpstreamClient,
  nowMillis: number,
): Promise<GivenToken> {
  const sent = outgoing(request, nowMillis);
  const bounds = { millis: limits.tokenMillis, bytes: limits.tokenReplyBytes };
  const { status, body } = await wholeReply(sent, network, { name: `the token server ${sent.origin}`, ...bounds });
  const secrets = secretsOf(request);
  return readToken(status, body, text => secrets.reduce((clean, secret) => redact(clean, secret), redact(text, null)));
}

function outgoing(request: TokenRequest, nowMillis: number) {
  try {
    return tokenRequest(request, nowMillis);
  } catch (error) {
    // OpenSSL's words name what is wrong with a key and nothing of it.
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError('provider_auth', { detail: `the private key cannot sign: ${reason}` });
  }
}
