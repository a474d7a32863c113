import type { ChatPart } from '../../spec/chat/chat-stream.ts';

/** Bytes of generated text in a part, for an estimate where the provider gives no count. */
export function contentLength(part: ChatPart): number {
  switch (part.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
    case 'tool-input-delta':
      return Buffer.byteLength(part.text);
    default:
      return 0;
  }
}
