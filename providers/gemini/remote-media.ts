import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Media, Part } from '../../src/spec/chat/parts.ts';

/** Where the API reads for itself: its own files, Google's storage, public videos. */
const OWN = /^(gs:\/\/|https:\/\/(generativelanguage\.googleapis\.com\/|(www\.)?youtube\.com\/|youtu\.be\/))/i;

export const isReadByProvider = (url: string): boolean => OWN.test(url);

/** Addresses whose bytes have to be in the request, each once. */
export function remoteMedia({ messages }: ChatRequest): readonly string[] {
  const media = messages.flatMap(({ parts }) => parts.flatMap(mediaOf));
  return [...new Set(media.flatMap(each => (each.type === 'url' && !isReadByProvider(each.url) ? [each.url] : [])))];
}

function mediaOf(part: Part): readonly Media[] {
  if (part.type === 'tool-result') return part.parts.flatMap(mediaOf);
  return 'media' in part ? [part.media] : [];
}
