import type { Message, Part, ProviderPart, ReasoningPart, TextPart, ToolCallPart } from '../../src/spec/chat/parts.ts';
import { objectInput } from '../object-input.ts';
import type { Writing } from '../openai-chat/options.ts';
import { contentJson, plain } from './content.ts';
import type { Thinking } from './models.ts';
import { DIALECT, ownMembers, warnForeign } from './own-members.ts';
import { toolCallId } from './tool-ids.ts';
import type { AssistantJson, ContentJson, ToolCallJson } from './wire.ts';

const KNOWN = new Set(['prefix']);

interface Place {
  readonly field: string;
  readonly thinking: Thinking;
  readonly writing: Writing;
}

type Write = (part: never, field: string, place: Place) => readonly ContentJson[];

/** What an answer says, in its order. Calls stand beside it. */
const writers: Readonly<Partial<Record<Part['type'], Write>>> = {
  text: (part: TextPart, at, { field, writing }) => {
    if ((part.citations ?? []).length > 0) writing.warn(`${field}.annotations`, 'dropped', 'Text has no sources here.');
    return [contentJson(part, at, writing)];
  },
  refusal: (part: Extract<Part, { type: 'refusal' }>) => [{ type: 'text', text: part.text }],
  reasoning: thoughtJson,
  'provider-part': ownJson,
};

/** An earlier answer; null when nothing of it is left, since the API takes no empty one. */
export function assistantJson(message: Message, place: Place): AssistantJson | null {
  const { field, writing } = place;
  const calls = message.parts.filter(part => part.type === 'tool-call');
  const said = message.parts.filter(part => part.type !== 'tool-call');
  const chunks = said.flatMap((part, index) => chunksOf(part, `${field}.content[${index}]`, place));
  const content = plain(chunks.filter(chunk => chunk.type !== 'text' || chunk.text !== ''));
  const { prefix } = ownMembers(message.extra, KNOWN, field, writing);
  if (content === '' && calls.length === 0) {
    writing.warn(field, 'dropped', 'An empty answer is not taken.');
    return null;
  }
  const tool_calls = calls.map((call, index) => callJson(call, index, place));
  return {
    role: 'assistant',
    content,
    prefix: prefix === true,
    ...(tool_calls.length > 0 && { tool_calls }),
  };
}

function chunksOf(part: Part, field: string, place: Place): readonly ContentJson[] {
  const write = writers[part.type];
  if (write !== undefined) return write(part as never, field, place);
  place.writing.warn(field, 'dropped', 'An earlier answer holds text alone.');
  return [];
}

/** References and the like, at their place among the texts; what a tool said stands in no answer. */
function ownJson({ dialect, value }: ProviderPart, field: string, { writing }: Place): readonly ContentJson[] {
  if (dialect === DIALECT && typeof value.type === 'string') return [value as unknown as ContentJson];
  writing.warn(field, 'dropped', `It is a part of the dialect ${dialect}.`);
  return [];
}

/** A thought in words; a proof only where it is this dialect's own. */
function thoughtJson(part: ReasoningPart, _field: string, { field, thinking, writing }: Place): readonly ContentJson[] {
  const { text, signature, encrypted, source, extra } = part;
  const proven = signature !== undefined && source === DIALECT;
  if (encrypted !== undefined || (signature !== undefined && !proven)) {
    writing.warn(`${field}.reasoning_details`, 'dropped', 'This proof of thought is not taken.');
  }
  // How the other dialect wrote it, which this one does not need.
  if (Object.keys(extra ?? {}).some(dialect => dialect === DIALECT)) warnForeign(extra, field, writing);
  if (text === '') return [];
  if (thinking === 'never') {
    writing.warn(`${field}.reasoning_content`, 'dropped', 'This model does not think.');
    return [];
  }
  return [{ type: 'thinking', thinking: [{ type: 'text', text }], ...(proven && { signature }) }];
}

function callJson(call: ToolCallPart, index: number, { field, writing }: Place): ToolCallJson {
  const at = `${field}.tool_calls[${index}]`;
  warnForeign(call.extra, at, writing);
  if (call.signature !== undefined) {
    writing.warn(`${field}.reasoning_details`, 'dropped', 'This proof of thought is not taken.');
  }
  const input = objectInput(call, at, writing);
  return { id: toolCallId(call.id), type: 'function', function: { name: call.name, arguments: input }, index };
}
