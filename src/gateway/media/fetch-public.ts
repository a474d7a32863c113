import dns, { type LookupAddress } from 'node:dns';
import { Agent, type Dispatcher } from 'undici';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits, providerHeaders } from '../../spec/limits.ts';
import { isOfType, namedType } from './media-type.ts';
import { type LookupAll, publicLookup } from './public-lookup.ts';
import { publicUrl } from './public-url.ts';

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Bytes of the file; never more than the limit for all files. */
  readonly maxBytes?: number;
  /** Is told of bytes as they come; what it throws ends the fetch. */
  readonly spend?: (bytes: number) => void;
}

export interface PublicFile {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export type FetchPublic = (url: string, options: FetchOptions) => Promise<PublicFile>;

/** How hosts are reached. The internet; only tests stand their own servers in the place of public ones. */
export interface Way {
  readonly lookup: LookupAll;
  /** Where an address that passed the check leads to. */
  readonly reach: (address: LookupAddress) => LookupAddress;
  readonly originOf: (url: URL) => string;
  readonly millis: number;
}

const internet: Way = {
  lookup: dns.lookup,
  reach: address => address,
  originOf: url => url.origin,
  millis: limits.mediaMillis,
};

/**
 * The only way to an address that a caller wrote: https on 443 of public addresses, nothing of ours sent along, one
 * file of a known type back. Whatever is wrong, the error is the same, so that nobody learns from it what lies where;
 * its `detail` is for the log.
 */
export const fetchPublic: FetchPublic = publicFetcher(internet);

export function publicFetcher(way: Way): FetchPublic {
  return async (url, options) => {
    const agent = agentFor(way);
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(way.millis)]);
    try {
      return await readFile(await open(url, agent, way, signal), options, signal);
    } catch (error) {
      throw unreachable(error);
    } finally {
      void agent.destroy();
    }
  };
}

/** A reason for the log. */
class Refused extends Error {}

const unreachable = (error: unknown): GatewayError => {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : 'not fetched';
  return new GatewayError('media_unreachable', { detail, cause: error });
};

/** No proxy of the environment, no kept connection, no cookie: an agent lives for one file. */
const agentFor = (way: Way): Agent =>
  new Agent({
    pipelining: 1,
    connections: 1,
    allowH2: false,
    maxHeaderSize: limits.upstreamHeaderBytes,
    headersTimeout: way.millis,
    bodyTimeout: way.millis,
    connect: {
      timeout: way.millis,
      lookup: publicLookup(way.lookup, way.reach),
      rejectUnauthorized: true,
    },
  });

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** As to a provider, without the type of a body that is not there. */
const { 'content-type': _type, ...ours } = providerHeaders;
const headers = { accept: 'image/*, audio/*, video/*, application/pdf, text/plain', ...ours };

/** Follows redirects, each checked like the first address. */
async function open(text: string, agent: Agent, way: Way, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  let url = publicUrl(text);
  for (let hop = 0; hop <= limits.mediaRedirects; hop++) {
    if (url === null) throw new Refused('an address that is not public https');
    const path = url.pathname + url.search;
    const answer = await agent.request({ origin: way.originOf(url), path, method: 'GET', headers, signal });
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.statusCode) || typeof location !== 'string') return answer;
    discard(answer);
    url = publicUrl(location, url);
  }
  throw new Refused('too many redirects');
}

/** The rest of a body that nobody reads is not read. */
function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => undefined);
  body.destroy();
}

async function readFile(
  answer: Dispatcher.ResponseData,
  { maxBytes = limits.mediaFileBytes, spend }: FetchOptions,
  signal: AbortSignal,
): Promise<PublicFile> {
  const most = Math.min(maxBytes, limits.mediaFileBytes);
  try {
    const mediaType = typeOf(answer, most);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      size += chunk.length;
      if (size > most) throw new Refused(`more than ${most} bytes`);
      spend?.(chunk.length);
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    if (!isOfType(bytes, mediaType)) throw new Refused(`bytes that are not ${mediaType}`);
    return { mediaType, bytes };
  } catch (error) {
    discard(answer);
    throw error;
  }
}

/** What the head of an answer says of the file. */
function typeOf({ statusCode, headers: head }: Dispatcher.ResponseData, most: number): string {
  if (statusCode !== 200) throw new Refused(`status ${statusCode}`);
  const coding = head['content-encoding'];
  if (coding !== undefined && coding !== 'identity') throw new Refused(`content-encoding ${coding}`);
  if (Number(head['content-length'] ?? 0) > most) throw new Refused(`more than ${most} bytes`);
  const contentType = String(head['content-type'] ?? '');
  const mediaType = namedType(contentType);
  if (mediaType === null) throw new Refused(`content-type ${contentType}`);
  return mediaType;
}
