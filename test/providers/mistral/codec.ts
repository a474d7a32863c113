import mistral, { mistralChat } from '../../../providers/mistral/index.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import type { Message, Part } from '../../../src/spec/chat/parts.ts';
import type { Warning } from '../../../src/spec/warning.ts';

export interface Encoded {
  readonly body: Readonly<Record<string, unknown>>;
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly Warning[];
}

export const said = (role: Message['role'], ...parts: readonly (string | Part)[]): Message => ({
  role,
  parts: parts.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
});

export const call = (id: string, input = '{}'): Part => ({ type: 'tool-call', id, name: 'look', input });

export const result = (callId: string, ...texts: readonly string[]): Part => ({
  type: 'tool-result',
  callId,
  parts: texts.map(text => ({ type: 'text', text })),
});

/** The body as it goes over the wire. */
export function encode(request: Partial<ChatRequest>, model = 'mistral-small-latest'): Encoded {
  const whole: ChatRequest = { messages: [said('user', 'Hi')], stream: false, ...request };
  const { body, warnings } = mistralChat.toProvider(whole, model);
  const json = JSON.parse(JSON.stringify(body));
  return { body: json, messages: json.messages, warnings };
}

export const touched = ({ warnings }: Encoded): string[] => warnings.map(({ field, action }) => `${field} ${action}`);

export interface Decoded {
  readonly parts: readonly ChatPart[];
  readonly complete: boolean;
  readonly ended: boolean;
}

export function decode(events: readonly unknown[]): Decoded {
  const decoder = mistralChat.decoder();
  const parts = events.flatMap(event =>
    decoder.read({ type: 'message', data: typeof event === 'string' ? event : JSON.stringify(event) }),
  );
  const { ended } = decoder;
  const end = decoder.end();
  return { parts: [...parts, ...end.parts], complete: end.complete, ended };
}

export const answer = (message: object, members: object = {}): readonly ChatPart[] =>
  mistralChat.fromProvider({
    id: 'a1',
    model: 'm',
    created: 1,
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop', ...members }],
    usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
  });

export const chunk = (delta: object, finish: string | null = null, members: object = {}) => ({
  id: 'a1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...members,
});

export { mistral };
