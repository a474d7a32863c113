import type { Tool, ToolChoice } from '../../src/spec/chat/chat-request.ts';
import { type Fields, isFields, type Writing } from './options.ts';

/** A tool of a foreign dialect is left out. */
export function toolsJson(tools: readonly Tool[], writing: Writing): readonly Fields[] {
  return tools.flatMap((tool, index) => toolJson(tool, `tools[${index}]`, writing));
}

function toolJson(tool: Tool, field: string, writing: Writing): readonly Fields[] {
  if (tool.type === 'provider') {
    if (tool.dialect === 'openai-chat' || writing.options.extensions?.includes(tool.dialect)) return [tool.definition];
    writing.warn(field, 'dropped', `This tool is of the dialect ${tool.dialect}.`);
    return [];
  }
  const { name, description, schema, strict } = tool;
  const json = {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      ...(schema !== undefined && { parameters: schema }),
      ...(strict !== undefined && { strict }),
    },
  };
  return [writing.withExtra(json, tool.extra, field)];
}

export function choiceJson(choice: ToolChoice, tools: readonly Tool[]): unknown {
  switch (choice.type) {
    case 'tool':
      return named(choice.name, tools);
    case 'required':
      return choice.only === undefined ? 'required' : allowed(choice.only, tools);
    default:
      return choice.type;
  }
}

function named(name: string, tools: readonly Tool[]): Fields {
  const custom = tools.some(tool => tool.type === 'provider' && customName(tool.definition) === name);
  return custom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
}

const allowed = (names: readonly string[], tools: readonly Tool[]): Fields => ({
  type: 'allowed_tools',
  allowed_tools: { mode: 'required', tools: names.map(name => named(name, tools)) },
});

const customName = ({ custom }: Fields): unknown => (isFields(custom) ? custom.name : undefined);
