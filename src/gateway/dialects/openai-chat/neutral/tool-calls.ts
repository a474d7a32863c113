import { signedCalls } from '../../../../spec/chat/foreign-members.ts';
import type { ToolCallPart } from '../../../../spec/chat/parts.ts';
import { isFields, jsonTypeOf, Members } from '../../neutral/members.ts';
import { wrongType, wrongValue } from '../../request-members.ts';
import { extraOf } from './extra.ts';
import type { History } from './messages.ts';

interface ReadCalls {
  readonly calls: readonly ToolCallPart[];
  readonly ids: ReadonlySet<string>;
}

const NONE: ReadCalls = Object.freeze({ calls: [], ids: new Set<string>() });

/** The calls of an assistant's message, with their ids. */
export function readToolCalls(message: Members, history: History): ReadCalls {
  const values = message.array('tool_calls');
  const legacy = readFunctionCall(message, history);
  if (values === undefined && legacy === null) return NONE;
  const path = message.at('tool_calls');
  const calls = (values ?? []).map((value, index) => readCall(new Members(value, `${path}[${index}]`)));
  if (legacy !== null) calls.push(legacy);
  return { calls, ids: new Set(calls.map(call => call.id)) };
}

function readCall(call: Members): ToolCallPart {
  const id = call.required('id', call.string('id'));
  const type = call.string('type') ?? 'function';
  if (type !== 'function' && type !== 'custom') throw wrongValue(call.at('type'), 'known are function, custom');
  const inner = call.required(type, call.members(type));
  const name = inner.required('name', inner.string('name'));
  const input = type === 'custom' ? inner.required('input', inner.string('input')) : readArguments(inner);
  // Where the call stood in a stream; some clients keep it.
  call.take('index');
  const signature = readSignature(call);
  const extra = extraOf(call, { [type]: inner });
  return {
    type: 'tool-call',
    id,
    name,
    input,
    ...(type === 'custom' && { custom: true }),
    ...(signature !== null && { signature, source: signedCalls.source }),
    ...(extra && { extra }),
  };
}

/** JSON text; some clients send the object itself. */
function readArguments(inner: Members): string {
  const value = inner.take('arguments');
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (isFields(value)) return JSON.stringify(value);
  throw wrongType(inner.at('arguments'), 'a string', jsonTypeOf(value));
}

/** `extra_content` holds nothing but the signature, in the form of the one dialect that signs calls. */
function readSignature(call: Members): string | null {
  const content = call.peek('extra_content');
  const owner = isFields(content) ? content[signedCalls.member] : undefined;
  if (!isFields(owner) || typeof owner.thought_signature !== 'string') return null;
  call.take('extra_content');
  return owner.thought_signature;
}

/** The older form has one call without an id, so that the result finds it by name. */
function readFunctionCall(message: Members, { functionCalls }: History): ToolCallPart | null {
  const call = message.members('function_call');
  if (call === undefined) return null;
  const name = call.required('name', call.string('name'));
  const id = `call_${message.path.replaceAll(/\D/g, '')}_${name}`.slice(0, 64);
  functionCalls.set(name, id);
  return { type: 'tool-call', id, name, input: readArguments(call) };
}
