import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Media, Message, Part, ToolResultPart } from '../../src/spec/chat/parts.ts';

/** Bytes of one address. */
export interface Fetched {
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
}

/** Where the API reads for itself: its own files, Google's storage, public videos. */
const OWN = /^(gs:\/\/|https:\/\/(generativelanguage\.googleapis\.com\/|(www\.)?youtube\.com\/|youtu\.be\/))/i;

export const isReadByProvider = (url: string): boolean => OWN.test(url);

/** Addresses whose bytes have to be in the request, each once. */
export function needsBytes({ messages }: ChatRequest): readonly string[] {
  const media = messages.flatMap(({ parts }) => parts.flatMap(mediaOf));
  return [...new Set(media.flatMap(each => (each.type === 'url' && !isReadByProvider(each.url) ? [each.url] : [])))];
}

function mediaOf(part: Part): readonly Media[] {
  if (part.type === 'tool-result') return part.parts.flatMap(mediaOf);
  return 'media' in part ? [part.media] : [];
}

/** The request with the bytes of every address that was fetched. */
export const withBytes = (request: ChatRequest, fetched: ReadonlyMap<string, Fetched>): ChatRequest => ({
  ...request,
  messages: request.messages.map(
    (message): Message => ({ ...message, parts: message.parts.map(part => filled(part, fetched)) }),
  ),
});

function filled<Of extends Part>(part: Of, fetched: ReadonlyMap<string, Fetched>): Of {
  if (part.type === 'tool-result') {
    const parts: ToolResultPart['parts'] = part.parts.map(inner => filled(inner, fetched));
    return { ...part, parts };
  }
  if (!('media' in part) || part.media.type !== 'url') return part;
  const bytes = fetched.get(part.media.url);
  return bytes === undefined ? part : { ...part, media: { type: 'data', ...bytes } };
}
