import cohere, { cohereChat } from '../../../providers/cohere/index.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import type { Message, Part } from '../../../src/spec/chat/parts.ts';
import type { Warning } from '../../../src/spec/warning.ts';

export interface Encoded {
  readonly body: Readonly<Record<string, unknown>>;
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly Warning[];
}

/** It thinks, and can be made to call tools. */
export const THINKER = 'command-a-plus-05-2026';
export const PLANNER = 'command-a-03-2025';
export const OLDER = 'command-r-plus-08-2024';

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
export function encode(request: Partial<ChatRequest>, model = THINKER): Encoded {
  const whole: ChatRequest = { messages: [said('user', 'Hi')], stream: false, ...request };
  const { body, warnings } = cohereChat.toProvider(whole, model);
  const json = JSON.parse(JSON.stringify(body));
  return { body: json, messages: json.messages, warnings };
}

export const touched = ({ warnings }: Encoded): string[] => warnings.map(({ field, action }) => `${field} ${action}`);

export interface Decoded {
  readonly parts: readonly ChatPart[];
  readonly complete: boolean;
  readonly ended: boolean;
}

/** Events as objects or as their text; without a type they are of the kind that the type line leaves open. */
export function decode(events: readonly unknown[]): Decoded {
  const decoder = cohereChat.decoder();
  const parts = events.flatMap(event =>
    decoder.read({ type: 'message', data: typeof event === 'string' ? event : JSON.stringify(event) }),
  );
  const { ended } = decoder;
  const end = decoder.end();
  return { parts: [...parts, ...end.parts], complete: end.complete, ended };
}

const USAGE = { billed_units: { input_tokens: 5, output_tokens: 3 }, tokens: { input_tokens: 5, output_tokens: 3 } };

export const answer = (message: object, members: object = {}): readonly ChatPart[] =>
  cohereChat.fromProvider({
    id: 'a1',
    message: { role: 'assistant', ...message },
    finish_reason: 'COMPLETE',
    usage: USAGE,
    ...members,
  });

/** An event whose delta is of the message. */
export const event = (type: string, index: number | undefined, message: object, members: object = {}) => ({
  type,
  ...(index !== undefined && { index }),
  delta: { message },
  ...members,
});

export const opened = { type: 'message-start', id: 'a1', delta: { message: { role: 'assistant' } } };
export const ended = (finish_reason: string, usage: object | null = USAGE, members: object = {}) => ({
  type: 'message-end',
  delta: { finish_reason, usage, ...members },
});

export { cohere, cohereChat };
