import bedrock, { bedrockChat } from '../../../providers/bedrock/index.ts';
import type { ServerEvent } from '../../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import type { Message, Part } from '../../../src/spec/chat/parts.ts';
import type { Warning } from '../../../src/spec/warning.ts';

export const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
export const NOVA = 'us.amazon.nova-2-lite-v1:0';
export const LLAMA = 'meta.llama3-3-70b-instruct-v1:0';
export const MISTRAL = 'mistral.mistral-large-2407-v1:0';
/** It does not tell which model it leads to. */
export const PROFILE = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123';

export interface Encoded {
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Warning[];
}

export const said = (role: Message['role'], ...parts: readonly (string | Part)[]): Message => ({
  role,
  parts: parts.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
});

/** The body as it goes over the wire. */
export function encode(request: Partial<ChatRequest>, model = CLAUDE): Encoded {
  const whole: ChatRequest = { messages: [said('user', 'Hi')], stream: false, ...request };
  const { body, warnings } = bedrockChat.toProvider(whole, model);
  return { body: JSON.parse(JSON.stringify(body)), warnings };
}

export const fieldsOf = ({ warnings }: Encoded): string[] => warnings.map(({ field, action }) => `${field} ${action}`);

export interface Decoded {
  readonly parts: readonly ChatPart[];
  readonly complete: boolean;
  readonly ended: boolean;
}

export type SentEvent = readonly [type: string, event: unknown];

export function decode(events: readonly SentEvent[]): Decoded {
  return decodeEvents(events.map(([type, event]) => ({ type, data: JSON.stringify(event) })));
}

export function decodeEvents(events: readonly ServerEvent[]): Decoded {
  const decoder = bedrockChat.decoder();
  const parts = events.flatMap(event => decoder.read(event));
  const { ended } = decoder;
  const end = decoder.end();
  return { parts: [...parts, ...end.parts], complete: end.complete, ended };
}

export const answer = (content: readonly unknown[], members: object = {}): readonly ChatPart[] =>
  bedrockChat.fromProvider({ output: { message: { role: 'assistant', content } }, stopReason: 'end_turn', ...members });

export { bedrock, bedrockChat };
