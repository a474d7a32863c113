import type { Tool, ToolChoice } from '../../../../spec/chat/chat-request.ts';
import { messagesOwner } from '../../../../spec/chat/foreign-members.ts';
import { providerTool } from '../../../../spec/chat/server-tools.ts';
import { fieldsAt, Members } from '../../neutral/members.ts';
import { wrongValue } from '../../request-members.ts';
import { withRest } from './extra.ts';

export const readTools = (values: readonly unknown[]): readonly Tool[] =>
  values.map((value, index) => readTool(value, `tools[${index}]`));

/** A tool of the caller's has a schema and no type, or `custom`; any other type is the provider's. */
function readTool(value: unknown, path: string): Tool {
  const definition = fieldsAt(value, path);
  const tool = new Members(definition, path);
  const type = tool.string('type') ?? 'custom';
  if (type !== 'custom') return providerTool(messagesOwner, definition);
  const name = tool.required('name', tool.string('name'));
  const description = tool.string('description');
  const schema = tool.fields('input_schema');
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

export interface ReadChoice {
  readonly choice: ToolChoice;
  /** False where several calls at once are forbidden. */
  readonly parallel?: false;
}

export function readToolChoice(choice: Members): ReadChoice {
  const type = choice.required('type', choice.string('type'));
  const single = choice.boolean('disable_parallel_tool_use') === true ? { parallel: false as const } : {};
  switch (type) {
    case 'auto':
    case 'none':
      return { choice: { type }, ...single };
    case 'any':
      return { choice: { type: 'required' }, ...single };
    case 'tool':
      return { choice: { type: 'tool', name: choice.required('name', choice.string('name')) }, ...single };
    default:
      throw wrongValue(choice.at('type'), 'known are auto, any, tool, none');
  }
}
