import { type ResponsesOptions, responsesChat } from '../../../providers/openai-responses/index.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import type { Message, Part } from '../../../src/spec/chat/parts.ts';
import type { Warning } from '../../../src/spec/warning.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Encoded {
  readonly body: Fields;
  readonly input: readonly Fields[];
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
export function encode(request: Partial<ChatRequest>, options: ResponsesOptions = {}, model = 'gpt-5'): Encoded {
  const whole: ChatRequest = { messages: [said('user', 'Hi')], stream: false, ...request };
  const { body, warnings } = responsesChat(options).toProvider(whole, model);
  const json = JSON.parse(JSON.stringify(body));
  return { body: json, input: json.input, warnings };
}

export const touched = ({ warnings }: Encoded): string[] => warnings.map(({ field, action }) => `${field} ${action}`);

export interface Decoded {
  readonly parts: readonly ChatPart[];
  readonly complete: boolean;
  readonly ended: boolean;
}

export function decode(events: readonly Fields[]): Decoded {
  const decoder = responsesChat().decoder();
  const parts = events.flatMap(event =>
    decoder.read({ type: String(event.type ?? 'message'), data: JSON.stringify(event) }),
  );
  const { ended } = decoder;
  const end = decoder.end();
  return { parts: [...parts, ...end.parts], complete: end.complete, ended };
}

export const response = (output: readonly object[], members: object = {}): Fields => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'm',
  status: 'completed',
  output,
  usage: {
    input_tokens: 9,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 5 },
  },
  ...members,
});

export const message = (...content: readonly object[]): Fields => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content,
});

export const answer = (output: readonly object[], members: object = {}): readonly ChatPart[] =>
  responsesChat().fromProvider(response(output, members));
