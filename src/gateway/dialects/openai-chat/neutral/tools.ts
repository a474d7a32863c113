import type { FunctionTool, Tool, ToolChoice } from '../../../../spec/chat/chat-request.ts';
import { toolOwner } from '../../../../spec/chat/foreign-members.ts';
import { providerTool } from '../../../../spec/chat/server-tools.ts';
import { type Fields, fieldsAt, isFields, jsonTypeOf, Members } from '../../neutral/members.ts';
import { wrongType, wrongValue } from '../../request-members.ts';
import { extraOf } from './extra.ts';

export function readTools(values: readonly unknown[]): readonly Tool[] {
  return values.map((value, index) => readTool(value, `tools[${index}]`));
}

function readTool(value: unknown, path: string): Tool {
  const definition = fieldsAt(value, path);
  const owner = toolOwner(definition);
  if (owner !== null) return providerTool(owner, definition);
  const tool = new Members(value, path);
  const type = tool.string('type') ?? (tool.peek('function') === undefined ? undefined : 'function');
  if (tool.required('type', type) !== 'function') return providerTool('openai-chat', definition);
  const inner = tool.required('function', tool.members('function'));
  return readFunction(inner, tool);
}

/** `outer` is the object around it, where there is one. */
function readFunction(inner: Members, outer: Members | null): FunctionTool {
  const name = inner.required('name', inner.string('name'));
  const description = inner.string('description');
  const schema = inner.fields('parameters');
  const strict = inner.boolean('strict');
  const extra = outer === null ? extraOf(inner) : extraOf(outer, { function: inner });
  return {
    type: 'function',
    name,
    ...(description !== undefined && { description }),
    ...(schema !== undefined && { schema }),
    ...(strict !== undefined && { strict }),
    ...(extra && { extra }),
  };
}

/** A search of the web stands beside the tools here; it is one like those that stand among them elsewhere. */
export function readWebSearch(options: Fields | undefined): readonly Tool[] {
  if (options === undefined) return [];
  return [providerTool('openai-chat', { web_search_options: options }, 'web_search_options')];
}

/** The older `functions` are tools without the object around them. */
export const readFunctions = (values: readonly unknown[]): readonly Tool[] =>
  values.map((value, index) => readFunction(new Members(value, `functions[${index}]`), null));

const words: Readonly<Record<string, ToolChoice>> = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'required' },
  any: { type: 'required' },
};

/**
 * What the model may call; `whole` is false where the neutral form says less than the caller did, so that the original
 * has to travel on beside it.
 */
export interface ReadChoice {
  readonly choice: ToolChoice;
  readonly whole: boolean;
}

export function readToolChoice(value: unknown, path: string): ReadChoice {
  if (typeof value === 'string') {
    const choice = Object.hasOwn(words, value) ? words[value] : undefined;
    if (choice === undefined) throw wrongValue(path, 'known are auto, none, required');
    return { choice, whole: true };
  }
  if (!isFields(value)) throw wrongType(path, 'a string or an object', jsonTypeOf(value));
  const members = new Members(value, path);
  const type = members.string('type') ?? 'function';
  if (type === 'allowed_tools') return readAllowed(members);
  if (type === 'tool' || typeof value.name === 'string') {
    return { choice: { type: 'tool', name: members.required('name', members.string('name')) }, whole: true };
  }
  if (Object.hasOwn(words, type)) return { choice: words[type]!, whole: true };
  if (type !== 'function' && type !== 'custom') throw wrongValue(members.at('type'), 'this choice is not known');
  const inner = members.required(type, members.members(type));
  return { choice: { type: 'tool', name: inner.required('name', inner.string('name')) }, whole: true };
}

function readAllowed(members: Members): ReadChoice {
  // Some clients leave the inner object out.
  const inner = members.members('allowed_tools') ?? members;
  const mode = inner.string('mode') ?? 'auto';
  const tools = inner.required('tools', inner.array('tools'));
  const names = tools.map((tool, index) => allowedName(fieldsAt(tool, `${inner.at('tools')}[${index}]`)));
  const only = names.filter(name => name !== null);
  if (mode !== 'required') return { choice: { type: 'auto' }, whole: false };
  return { choice: { type: 'required', only }, whole: only.length === names.length };
}

function allowedName(tool: Fields): string | null {
  const inner = tool.function ?? tool.custom;
  const name = isFields(inner) ? inner.name : tool.name;
  return typeof name === 'string' ? name : null;
}
