import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Message, ToolCallPart } from '../../../../spec/chat/parts.ts';
import { type Fields, fieldsAt, isFields, jsonTypeOf, Members } from '../../neutral/members.ts';
import { missing, wrongType, wrongValue } from '../../request-members.ts';
import { readContent, readOutput } from './content.ts';
import { Conversation, type PlacedMessage } from './conversation.ts';
import { withRest } from './extra.ts';
import { readReasoning } from './reasoning.ts';

type Reader = (item: Members, into: Conversation) => void;

const readers: Readonly<Record<string, Reader>> = {
  message: readMessage,
  reasoning: readReasoning,
  function_call: (item, into) => into.said([readCall(item)], [item.path]),
  custom_tool_call: (item, into) => into.said([readCustomCall(item)], [item.path]),
  function_call_output: readResult,
  custom_tool_call_output: readResult,
  item_reference: item => {
    throw wrongValue(item.path, 'no item is kept that it could name; send the item itself');
  },
};

/** `input`: a text of the user, or items. Throws a 400 that names the item. */
export function readInput(value: unknown): readonly PlacedMessage[] {
  const into = new Conversation();
  if (typeof value === 'string') into.add('user', [{ type: 'text', text: value }], ['input']);
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) readItem(fieldsAt(item, `input[${index}]`), `input[${index}]`, into);
  } else if (value !== undefined) throw wrongType('input', 'a string or an array of objects', jsonTypeOf(value));
  return into.messages();
}

function readItem(value: Fields, path: string, into: Conversation): void {
  const item = new Members(value, path);
  const type = item.string('type') ?? (item.peek('role') === undefined ? undefined : 'message');
  const known = item.required('type', type);
  const reader = Object.hasOwn(readers, known) ? readers[known] : undefined;
  if (reader !== undefined) return reader(item, into);
  const part = { type: 'provider-part', dialect: responsesOwner, value } as const;
  // What tools of the dialect's own gave comes from the caller.
  if (/_(output|response)$/.test(known)) into.add('user', [part], [path]);
  else into.said([part], [path]);
}

const roles: ReadonlySet<string> = new Set(['user', 'assistant', 'system', 'developer']);

/** Where an item was and how far it had come; nobody needs to be told again. */
function takeBookkeeping(item: Members): void {
  item.take('id');
  item.take('status');
}

function readMessage(item: Members, into: Conversation): void {
  const role = item.required('role', item.string('role'));
  if (!roles.has(role)) throw wrongValue(item.at('role'), `known are ${[...roles].join(', ')}`);
  const content = item.take('content');
  const path = item.at('content');
  if (content === undefined) throw missing(path);
  takeBookkeeping(item);
  const parts = readContent(content, path);
  const places = parts.map((_, index) => (typeof content === 'string' ? path : `${path}[${index}]`));
  if (role === 'assistant') into.said(parts, places, item.rest());
  else into.add(role as Message['role'], parts, places, item.rest());
}

function readCall(item: Members): ToolCallPart {
  const id = item.required('call_id', item.string('call_id'));
  const name = item.required('name', item.string('name'));
  const input = readArguments(item);
  takeBookkeeping(item);
  return withRest({ type: 'tool-call', id, name, input }, item);
}

/** JSON text; some clients send the object itself. */
function readArguments(item: Members): string {
  const value = item.take('arguments');
  if (value === undefined) throw missing(item.at('arguments'));
  if (typeof value === 'string') return value;
  if (isFields(value)) return JSON.stringify(value);
  throw wrongType(item.at('arguments'), 'a string', jsonTypeOf(value));
}

function readCustomCall(item: Members): ToolCallPart {
  const id = item.required('call_id', item.string('call_id'));
  const name = item.required('name', item.string('name'));
  const input = item.required('input', item.string('input'));
  takeBookkeeping(item);
  return withRest({ type: 'tool-call', id, name, input, custom: true }, item);
}

function readResult(item: Members, into: Conversation): void {
  const callId = item.required('call_id', item.string('call_id'));
  const output = item.take('output');
  const path = item.at('output');
  if (output === undefined) throw missing(path);
  const parts = readOutput(output, path);
  takeBookkeeping(item);
  into.add('tool', [withRest({ type: 'tool-result', callId, parts }, item)], [item.path]);
}
