import type { TokenRequest } from '../../spec/credential-exchange.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import type { UpstreamClient, UpstreamFailure } from '../../spec/upstream.ts';
import { redact } from '../redact.ts';
import { networkFailure } from '../upstream/failures.ts';
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
  const { status, body } = await exchanged(outgoing(request, nowMillis), network);
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

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

function exchanged(request: ReturnType<typeof tokenRequest>, network: UpstreamClient): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    const fail = (failure: UpstreamFailure) => {
      clearTimeout(timer);
      const { code, detail } = failure;
      reject(networkFailure({ code, detail: `the token server ${request.origin}: ${detail}` }).error);
    };
    const giveUp = (code: UpstreamFailure['code'], detail: string) => {
      exchange.abort();
      fail({ code, detail });
    };
    const exchange = network.send(request, {
      onHeaders: (given, headers) => {
        status = given;
        const coding = headers['content-encoding'];
        if (coding !== undefined && coding !== 'identity') giveUp('invalid', 'an answer that is coded unasked');
        else if (given >= 300 && given < 400) giveUp('invalid', `a redirect (${given}), which is not followed`);
      },
      onData: chunk => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > limits.tokenReplyBytes) giveUp('invalid', `an answer of more than ${limits.tokenReplyBytes} bytes`);
      },
      onEnd: () => {
        clearTimeout(timer);
        resolve({ status, body: Buffer.concat(chunks) });
      },
      onError: fail,
    });
    const timer = setTimeout(() => giveUp('timeout', `no answer in ${limits.tokenMillis} ms`), limits.tokenMillis);
  });
}
