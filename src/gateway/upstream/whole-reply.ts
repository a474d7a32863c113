import type { ProviderReply } from '../../spec/provider.ts';
import type { UpstreamClient, UpstreamFailure, UpstreamRequest } from '../../spec/upstream.ts';
import { networkFailure } from './failures.ts';

export interface ReplyBounds {
  /** Who is asked, for the log. */
  readonly name: string;
  readonly millis: number;
  readonly bytes: number;
}

/**
 * One request and its whole answer, bounded in time and size, for what is no attempt of a call. Rejects with a
 * GatewayError `upstream_…`; redirects are not followed.
 */
export function wholeReply(
  request: UpstreamRequest,
  client: UpstreamClient,
  { name, millis, bytes: most }: ReplyBounds,
): Promise<ProviderReply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    let headers: ProviderReply['headers'] = {};
    const fail = ({ code, detail }: UpstreamFailure) => {
      clearTimeout(timer);
      reject(networkFailure({ code, detail: `${name}: ${detail}` }).error);
    };
    const giveUp = (code: UpstreamFailure['code'], detail: string) => {
      exchange.abort();
      fail({ code, detail });
    };
    const exchange = client.send(request, {
      onHeaders: (given, told) => {
        status = given;
        headers = told;
        const coding = told['content-encoding'];
        if (coding !== undefined && coding !== 'identity') giveUp('invalid', 'an answer that is coded unasked');
        else if (given >= 300 && given < 400) giveUp('invalid', `a redirect (${given}), which is not followed`);
      },
      onData: chunk => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > most) giveUp('invalid', `an answer of more than ${most} bytes`);
      },
      onEnd: () => {
        clearTimeout(timer);
        resolve({ status, headers, body: Buffer.concat(chunks) });
      },
      onError: fail,
    });
    const timer = setTimeout(() => giveUp('timeout', `no answer in ${millis} ms`), millis);
  });
}
