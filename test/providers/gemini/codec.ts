import gemini, { geminiChat } from '../../../providers/gemini/index.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import type { Message, Part } from '../../../src/spec/chat/parts.ts';
import type { Warning } from '../../../src/spec/warning.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Encoded {
  readonly body: Json;
  readonly contents: readonly Json[];
  readonly config: Json;
  readonly warnings: readonly Warning[];
}

export const said = (role: Message['role'], ...parts: readonly (string | Part)[]): Message => ({
  role,
  parts: parts.map(part => (typeof part === 'string' ? { type: 'text', text: part } : part)),
});

export const call = (id: string, members: Partial<Extract<Part, { type: 'tool-call' }>> = {}): Part => ({
  type: 'tool-call',
  id,
  name: 'look',
  input: '{}',
  ...members,
});

export const result = (callId: string, text: string, members: object = {}): Part => ({
  type: 'tool-result',
  callId,
  parts: [{ type: 'text', text }],
  ...members,
});

/** The body as it goes over the wire. */
export function encode(request: Partial<ChatRequest>, model = 'gemini-2.5-flash'): Encoded {
  const whole: ChatRequest = { messages: [said('user', 'Hi')], stream: false, ...request };
  const { body, warnings } = geminiChat.toProvider(whole, model);
  const json = JSON.parse(JSON.stringify(body));
  return { body: json, contents: json.contents, config: json.generationConfig ?? {}, warnings };
}

export const touched = ({ warnings }: Encoded): string[] => warnings.map(({ field, action }) => `${field} ${action}`);

export interface Decoded {
  readonly parts: readonly ChatPart[];
  readonly complete: boolean;
  readonly ended: boolean;
}

export function decode(events: readonly unknown[]): Decoded {
  const decoder = geminiChat.decoder();
  const parts = events.flatMap(event =>
    decoder.read({ type: 'message', data: typeof event === 'string' ? event : JSON.stringify(event) }),
  );
  const { ended } = decoder;
  const end = decoder.end();
  return { parts: [...parts, ...end.parts], complete: end.complete, ended };
}

export const chunk = (parts: readonly object[], candidate: object = {}, members: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...candidate }],
  responseId: 'r-1',
  modelVersion: 'gemini-2.5-flash',
  ...members,
});

export const answer = (parts: readonly object[], candidate: object = {}, members: object = {}): readonly ChatPart[] =>
  geminiChat.fromProvider(chunk(parts, { finishReason: 'STOP', ...candidate }, members));

export { gemini };
