import type { AudioPart, Citation, FilePart, ImagePart, Message, Part, TextPart } from '../../../../spec/chat/parts.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { Members } from '../../neutral/members.ts';
import { wrongValue } from '../../request-members.ts';
import { readCitations } from './annotations.ts';
import { readContent } from './content-parts.ts';
import { extraOf } from './extra.ts';
import { placed, readProviderParts } from './provider-parts.ts';
import { readThoughts } from './thoughts.ts';
import { readToolCalls } from './tool-calls.ts';

/** What one message may need to know of those before it. */
export interface History {
  readonly warnings: Warning[];
  /** Ids of calls made with the older `function_call`, which has none, by the function's name. */
  readonly functionCalls: Map<string, string>;
}

type Reader = (message: Members, history: History) => readonly Part[];

const readers: Readonly<Record<string, readonly [role: Message['role'], read: Reader]>> = {
  system: ['system', readContent],
  developer: ['developer', readContent],
  user: ['user', readContent],
  assistant: ['assistant', readAssistant],
  tool: ['tool', readToolResult],
  function: ['tool', readFunctionResult],
};

export function readMessages(values: readonly unknown[], warnings: Warning[]): readonly Message[] {
  const history: History = { warnings, functionCalls: new Map() };
  return values.map((value, index) => readMessage(new Members(value, `messages[${index}]`), history));
}

function readMessage(message: Members, history: History): Message {
  const role = message.required('role', message.string('role'));
  const known = Object.hasOwn(readers, role) ? readers[role] : undefined;
  if (known === undefined) {
    throw wrongValue(message.at('role'), `known are ${Object.keys(readers).join(', ')}`);
  }
  const parts = known[1](message, history);
  const name = known[0] === 'tool' ? undefined : message.string('name');
  const extra = extraOf(message);
  return { role: known[0], parts, ...(name !== undefined && { name }), ...(extra && { extra }) };
}

/** Thoughts stand first, calls last; the dialect has no other order, but for parts of others that say their place. */
function readAssistant(message: Members, history: History): readonly Part[] {
  const content = withCitations(readContent(message), readCitations(message, history.warnings));
  const { calls, ids } = readToolCalls(message, history);
  const { thoughts, proofs } = readThoughts(message, ids, history.warnings);
  const refusal = message.string('refusal');
  const audio = message.members('audio');
  const audioId = audio?.string('id');
  const own = readProviderParts(message);
  // What most messages are: text and nothing beside it.
  if (thoughts.length + calls.length + own.length === 0 && refusal === undefined && audioId === undefined)
    return content;
  return [
    ...placed(thoughts, content, own),
    ...(refusal === undefined ? [] : [{ type: 'refusal' as const, text: refusal }]),
    ...(audioId === undefined ? [] : [{ type: 'audio' as const, media: { type: 'id' as const, id: audioId } }]),
    ...calls.map(call => ({ ...call, ...proofs.get(call.id) })),
  ];
}

/** Citations count characters of the whole text; it is one part unless the client cut it itself. */
function withCitations(parts: readonly Part[], citations: readonly Citation[]): readonly Part[] {
  if (citations.length === 0) return parts;
  const at = parts.findLastIndex(part => part.type === 'text');
  if (at < 0) return parts;
  return parts.with(at, { ...(parts[at] as TextPart), citations });
}

const isResultContent = (part: Part): part is TextPart | ImagePart | FilePart | AudioPart =>
  part.type === 'text' || part.type === 'image' || part.type === 'file' || part.type === 'audio';

/** `name` is the tool's, not the message's. */
function resultOf(message: Members, callId: string): readonly Part[] {
  const parts = readContent(message);
  const name = message.string('name');
  const wrong = parts.findIndex(part => !isResultContent(part));
  if (wrong >= 0) throw wrongValue(`${message.at('content')}[${wrong}].type`, 'a tool result cannot hold this part');
  return [{ type: 'tool-result', callId, ...(name !== undefined && { name }), parts: parts.filter(isResultContent) }];
}

function readToolResult(message: Members): readonly Part[] {
  return resultOf(message, message.required('tool_call_id', message.string('tool_call_id')));
}

/** The older form names the function instead of the call. */
function readFunctionResult(message: Members, { functionCalls }: History): readonly Part[] {
  const name = message.peek('name');
  const id = typeof name === 'string' ? functionCalls.get(name) : undefined;
  if (id === undefined) throw wrongValue(message.at('name'), 'no function of this name was called before');
  return resultOf(message, id);
}
