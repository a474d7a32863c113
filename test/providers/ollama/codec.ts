import { ollamaChat, ollamaEmbeddings } from '../../../providers/ollama/index.ts';
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

/** The body as it goes over the wire. */
export function encode(request: Partial<ChatRequest>, model = 'qwen3:8b'): Encoded {
  const whole: ChatRequest = { messages: [said('user', 'Hi')], stream: false, ...request };
  const { body, warnings } = ollamaChat.toProvider(whole, model);
  const json = JSON.parse(JSON.stringify(body));
  return { body: json, messages: json.messages, warnings };
}

export const touched = ({ warnings }: Encoded): string[] => warnings.map(({ field, action }) => `${field} ${action}`);

const AT = '2026-11-30T10:00:00.5Z';
export const line = (message: object, members: object = {}) => ({
  model: 'qwen3:8b',
  created_at: AT,
  message: { role: 'assistant', content: '', ...message },
  done: false,
  ...members,
});
export const last = (members: object = {}) =>
  line({}, { done: true, done_reason: 'stop', prompt_eval_count: 12, eval_count: 5, ...members });

export const answer = (message: object, members: object = {}): readonly ChatPart[] =>
  ollamaChat.fromProvider({ ...last(members), message: { role: 'assistant', content: '', ...message } });

/** Lines as objects or as their text. */
export function decode(lines: readonly unknown[]) {
  const decoder = ollamaChat.decoder();
  const parts = lines.flatMap(one =>
    decoder.read({ type: 'message', data: typeof one === 'string' ? one : JSON.stringify(one) }),
  );
  const { ended } = decoder;
  const end = decoder.end();
  return { parts: [...parts, ...end.parts], complete: end.complete, ended };
}

export { ollamaChat, ollamaEmbeddings };
