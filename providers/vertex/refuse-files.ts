import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { mediaOf } from '../media-addresses.ts';

/** Neither Gemini's nor Anthropic's store of files is there. */
export function refuseFiles({ messages }: ChatRequest): void {
  const index = messages.findIndex(({ parts }) => parts.flatMap(mediaOf).some(({ type }) => type === 'id'));
  if (index < 0) return;
  const message = 'Vertex AI keeps no files that could be named by an id; send the file itself or its address.';
  throw new GatewayError('operation_unsupported', { status: 400, param: `messages[${index}].content`, message });
}
