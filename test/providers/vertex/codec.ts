import vertex from '../../../providers/vertex/index.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import { codecOf } from '../../../src/spec/provider.ts';
import type { Warning } from '../../../src/spec/warning.ts';
import { said } from '../gemini/codec.ts';

export const GEMINI = 'gemini-2.5-flash';
export const CLAUDE = 'claude-sonnet-4-5@20250929';

export const chatCodec = (model: string) => codecOf(vertex.operations.chat!, model, 'openai-chat');
export const embeddingsCodec = (model: string) => codecOf(vertex.operations.embeddings!, model, 'openai-embeddings');

export interface Encoded {
  /** As it goes over the wire. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Warning[];
  readonly headers: readonly string[];
}

export function encode(request: Partial<ChatRequest>, model: string): Encoded {
  const whole: ChatRequest = { messages: [said('user', 'Hi')], stream: false, ...request };
  const { body, warnings, headers = [] } = chatCodec(model).chat!.toProvider(whole, model);
  return { body: JSON.parse(JSON.stringify(body)), warnings, headers };
}

export { vertex };
