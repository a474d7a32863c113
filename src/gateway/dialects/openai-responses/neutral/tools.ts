import type { Tool, ToolChoice } from '../../../../spec/chat/chat-request.ts';
import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import { type Fields, fieldsAt, isFields, jsonTypeOf, Members } from '../../neutral/members.ts';
import { wrongType, wrongValue } from '../../request-members.ts';
import { withRest } from './extra.ts';

export const readTools = (values: readonly unknown[]): readonly Tool[] =>
  values.map((value, index) => readTool(value, `tools[${index}]`));

/** A function of the caller's; any other tool is the dialect's own, custom tools and namespaces included. */
export function readTool(value: unknown, path: string): Tool {
  const definition = fieldsAt(value, path);
  const tool = new Members(definition, path);
  const type = tool.required('type', tool.string('type'));
  if (type !== 'function') return { type: 'provider', dialect: responsesOwner, definition };
  const name = tool.required('name', tool.string('name'));
  const description = tool.string('description');
  const schema = tool.fields('parameters');
  const strict = tool.boolean('strict');
  return withRest(
    {
      type: 'function',
      name,
      ...(description !== undefined && { description }),
      ...(schema !== undefined && { schema }),
      ...(strict !== undefined && { strict }),
    },
    tool,
  );
}

const words: Readonly<Record<string, ToolChoice>> = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'required' },
};

/** `whole` is false where the neutral form says less than the caller did, so that the original has to travel on. */
export interface ReadChoice {
  readonly choice: ToolChoice;
  readonly whole: boolean;
}

export function readToolChoice(value: unknown): ReadChoice {
  if (typeof value === 'string') {
    const choice = Object.hasOwn(words, value) ? words[value] : undefined;
    if (choice === undefined) throw wrongValue('tool_choice', 'known are auto, none, required');
    return { choice, whole: true };
  }
  if (!isFields(value)) throw wrongType('tool_choice', 'a string or an object', jsonTypeOf(value));
  const members = new Members(value, 'tool_choice');
  const type = members.required('type', members.string('type'));
  if (type === 'allowed_tools') return readAllowed(members);
  // A tool of the dialect's own: whether it can be chosen is for those to say who have it.
  if (type !== 'function' && type !== 'custom') return { choice: { type: 'auto' }, whole: false };
  const name = members.required('name', members.string('name'));
  return { choice: { type: 'tool', name }, whole: members.rest() === undefined };
}

function readAllowed(members: Members): ReadChoice {
  const mode = members.string('mode') ?? 'auto';
  if (mode !== 'auto' && mode !== 'required') throw wrongValue(members.at('mode'), 'known are auto, required');
  const tools = members.required('tools', members.array('tools'));
  const names = tools.map((tool, index) => allowedName(fieldsAt(tool, `${members.at('tools')}[${index}]`)));
  const only = names.filter(name => name !== null);
  if (mode === 'auto') return { choice: { type: 'auto' }, whole: false };
  return { choice: { type: 'required', only }, whole: only.length === names.length };
}

const allowedName = ({ name }: Fields): string | null => (typeof name === 'string' ? name : null);
