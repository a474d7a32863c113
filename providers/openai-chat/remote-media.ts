import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Part } from '../../src/spec/chat/parts.ts';

/** Addresses of files, each once: servers of the dialect read images for themselves, but files only from the request. */
export const remoteFiles = ({ messages }: ChatRequest): readonly string[] => [
  ...new Set(messages.flatMap(({ parts }) => parts.flatMap(addressOf))),
];

function addressOf(part: Part): readonly string[] {
  if (part.type === 'tool-result') return part.parts.flatMap(addressOf);
  return part.type === 'file' && part.media.type === 'url' ? [part.media.url] : [];
}
