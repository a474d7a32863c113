import type { ChatRequest } from '../../spec/chat/chat-request.ts';
import type { Media, Message, Part, ToolResultPart } from '../../spec/chat/parts.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { type FetchPublic, fetchPublic } from './fetch-public.ts';

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** `fetchPublic` by default. */
  readonly fetch?: FetchPublic;
}

type Data = Extract<Media, { type: 'data' }>;

/**
 * The request with the bytes of the wanted addresses in the place of these. Throws `media_unreachable` when one of them
 * cannot be had, and `invalid_value` when there are too many.
 */
export async function loadMedia(
  request: ChatRequest,
  wanted: readonly string[],
  options: LoadOptions,
): Promise<ChatRequest> {
  const uses = usesOf(request, new Set(wanted));
  return uses.size === 0 ? request : withData(request, await loadAddresses(uses, options));
}

/** What the addresses of one call lead to; each comes with the number of its uses. Throws like `loadMedia`. */
export async function loadAddresses(
  uses: ReadonlyMap<string, number>,
  { signal, fetch = fetchPublic }: LoadOptions,
): Promise<ReadonlyMap<string, Data>> {
  if (uses.size <= limits.mediaFiles) return await fetchAll(uses, signal, fetch);
  const message = `At most ${limits.mediaFiles} files are fetched for one call; send the others as data URLs.`;
  throw new GatewayError('invalid_value', { message, param: 'messages' });
}

/** Every address in a request. */
export const addressesIn = ({ messages }: ChatRequest): readonly string[] => [
  ...new Set(
    messages.flatMap(({ parts }) => parts.flatMap(mediaOf)).flatMap(media => (media.type === 'url' ? [media.url] : [])),
  ),
];

/** How often each wanted address stands in the request. */
function usesOf({ messages }: ChatRequest, wanted: ReadonlySet<string>): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const media of messages.flatMap(({ parts }) => parts.flatMap(mediaOf))) {
    if (media.type === 'url' && wanted.has(media.url)) uses.set(media.url, (uses.get(media.url) ?? 0) + 1);
  }
  return uses;
}

function mediaOf(part: Part): readonly Media[] {
  if (part.type === 'tool-result') return part.parts.flatMap(mediaOf);
  return 'media' in part ? [part.media] : [];
}

/** All at once, out of one purse: bytes count as often as they go out. The first failure ends the others. */
async function fetchAll(
  uses: ReadonlyMap<string, number>,
  signal: AbortSignal,
  fetch: FetchPublic,
): Promise<ReadonlyMap<string, Data>> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let left = limits.mediaCallBytes;
  const files = [...uses].map(async ([url, times]) => {
    const spend = (bytes: number) => {
      left -= bytes * times;
      if (left < 0) throw new RangeError(`more than ${limits.mediaCallBytes} bytes in one call`);
    };
    const { mediaType, bytes } = await fetch(url, { signal: either, spend });
    return [url, { type: 'data', mediaType, data: bytes.toString('base64') }] as const;
  });
  try {
    return new Map(await Promise.all(files));
  } catch (error) {
    failed.abort();
    await Promise.allSettled(files);
    throw error;
  }
}

const withData = (request: ChatRequest, data: ReadonlyMap<string, Data>): ChatRequest => ({
  ...request,
  messages: request.messages.map(
    (message): Message => ({ ...message, parts: message.parts.map(part => filled(part, data)) }),
  ),
});

function filled<Of extends Part>(part: Of, data: ReadonlyMap<string, Data>): Of {
  if (part.type === 'tool-result') {
    const parts: ToolResultPart['parts'] = part.parts.map(inner => filled(inner, data));
    return { ...part, parts };
  }
  if (!('media' in part) || part.media.type !== 'url') return part;
  const media = data.get(part.media.url);
  return media === undefined ? part : { ...part, media };
}
