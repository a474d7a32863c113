import type { ChatRequest } from '../src/spec/chat/chat-request.ts';
import type { Media, Part } from '../src/spec/chat/parts.ts';

/** Every address in a request, each once. */
export const mediaAddresses = ({ messages }: ChatRequest): readonly string[] => {
  const media = messages.flatMap(({ parts }) => parts.flatMap(mediaOf));
  return [...new Set(media.flatMap(each => (each.type === 'url' ? [each.url] : [])))];
};

/** Images, files and audio of a part, also those in the result of a tool. */
export function mediaOf(part: Part): readonly Media[] {
  if (part.type === 'tool-result') return part.parts.flatMap(mediaOf);
  return 'media' in part ? [part.media] : [];
}
