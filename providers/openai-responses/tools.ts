import type { JsonSchema, Tool, ToolChoice } from '../../src/spec/chat/chat-request.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { OWNER, type ResponsesWriting } from './writing.ts';

/** A tool of a foreign dialect is left out. */
export const toolsJson = (tools: readonly Tool[], writing: ResponsesWriting): readonly Fields[] =>
  tools.map((tool, index) => toolJson(tool, `tools[${index}]`, writing)).filter(json => json !== null);

function toolJson(tool: Tool, field: string, writing: ResponsesWriting): Fields | null {
  if (tool.type === 'function') {
    const { name, description, schema = {}, strict = false } = tool;
    // Functions are strict here unless they say otherwise, in the chat dialect only if they say so.
    const json = { type: 'function', name, ...(description !== undefined && { description }), strict };
    return writing.withOwn({ ...json, parameters: objectSchema(schema) }, tool.extra, field);
  }
  const { dialect, definition } = tool;
  if (dialect === OWNER) return definition;
  if (dialect === 'openai-chat' && isFields(definition.custom)) return customJson(definition.custom);
  const why = dialect === 'openai-chat' ? 'This provider does not know it.' : `This tool is of the dialect ${dialect}.`;
  writing.warn(field, 'dropped', why);
  return null;
}

/** Without a type, or as an object without properties, a schema is refused. */
const objectSchema = (schema: JsonSchema): JsonSchema =>
  schema.type === undefined || (schema.type === 'object' && schema.properties === undefined)
    ? { type: 'object', properties: {}, ...schema }
    : schema;

/** A grammar stands in an object of its own in the chat dialect. */
function customJson({ format, ...custom }: Fields): Fields {
  const inner = isFields(format) && isFields(format.grammar) ? { type: 'grammar', ...format.grammar } : format;
  return { type: 'custom', ...custom, ...(inner !== undefined && { format: inner }) };
}

export function choiceJson(choice: ToolChoice, tools: readonly Tool[]): unknown {
  switch (choice.type) {
    case 'tool':
      return named(choice.name, tools);
    case 'required':
      return choice.only === undefined ? 'required' : allowed('required', choice.only, tools);
    default:
      return choice.type;
  }
}

/** The same from the chat dialect, where its own object says more than the neutral form. */
export function allowedJson(value: unknown, tools: readonly Tool[]): Fields | null {
  const inner = isFields(value) ? value.allowed_tools : null;
  if (!isFields(inner) || !Array.isArray(inner.tools)) return null;
  const names = inner.tools.filter(isFields).map(tool => [tool.function, tool.custom].find(isFields)?.name);
  return allowed(inner.mode === 'required' ? 'required' : 'auto', names.filter(isText), tools);
}

const isText = (value: unknown): value is string => typeof value === 'string';

const allowed = (mode: 'auto' | 'required', names: readonly string[], tools: readonly Tool[]): Fields => ({
  type: 'allowed_tools',
  mode,
  tools: names.map(name => named(name, tools)),
});

const named = (name: string, tools: readonly Tool[]): Fields => ({
  type: tools.some(tool => tool.type === 'provider' && customName(tool.definition) === name) ? 'custom' : 'function',
  name,
});

const customName = ({ type, name, custom }: Fields): unknown => {
  if (isFields(custom)) return custom.name;
  return type === 'custom' ? name : undefined;
};
