import anthropic, { anthropicChat } from '../../../providers/anthropic/index.ts';
import type { ServerEvent } from '../../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import type { Message, Part } from '../../../src/spec/chat/parts.ts';
import type { Warning } from '../../../src/spec/warning.ts';

/** A model without rules of its own, so that only the dialect's are seen. */
export const PLAIN = 'claude-sonnet-4-20250514';

export interface Encoded {
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Warning[];
  readonly headers: readonly string[];
}

export const said = (role: Message['role'], ...parts: readonly (string | Part)[]): Message => ({
  role,
  parts: parts.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
});

/** The body as it goes over the wire. */
export function encode(request: Partial<ChatRequest>, model = PLAIN): Encoded {
  const whole: ChatRequest = { messages: [said('user', 'Hi')], stream: false, ...request };
  const { body, warnings, headers = [] } = anthropicChat.toProvider(whole, model);
  return { body: JSON.parse(JSON.stringify(body)), warnings, headers };
}

export const fieldsOf = ({ warnings }: Encoded): string[] => warnings.map(({ field, action }) => `${field} ${action}`);

export interface Decoded {
  readonly parts: readonly ChatPart[];
  readonly complete: boolean;
  readonly ended: boolean;
}

export function decode(events: readonly unknown[]): Decoded {
  const decoder = anthropicChat.decoder();
  const parts = events.flatMap(event => decoder.read(serverEvent(event)));
  const { ended } = decoder;
  const end = decoder.end();
  return { parts: [...parts, ...end.parts], complete: end.complete, ended };
}

const serverEvent = (event: unknown): ServerEvent =>
  typeof event === 'string' ? { type: 'message', data: event } : { type: 'message', data: JSON.stringify(event) };

export const answer = (content: readonly unknown[], members: object = {}): readonly ChatPart[] =>
  anthropicChat.fromProvider({ id: 'msg_1', model: 'm', content, stop_reason: 'end_turn', usage: {}, ...members });

export { anthropic };
