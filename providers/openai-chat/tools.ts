import type { SharedTool, Tool, ToolChoice } from '../../src/spec/chat/chat-request.ts';
import { toolField, unsaid } from '../../src/spec/chat/server-tools.ts';
import { type Fields, isFields, type Writing } from './options.ts';

export interface Offer {
  readonly tools: readonly Fields[];
  /** Beside the tools; a search of the web stands there. */
  readonly beside: Fields;
}

/** A tool of a foreign dialect is left out, unless it searches the web and this model does that too. */
export function offerOf(tools: readonly Tool[], model: string, writing: Writing): Offer {
  const listed: Fields[] = [];
  let beside: Fields = {};
  for (const [index, tool] of tools.entries()) {
    const search = searchOptions(tool, toolField(tool, index), model, writing);
    if (search !== null) beside = { web_search_options: search };
    else listed.push(...toolJson(tool, toolField(tool, index), writing));
  }
  return { tools: listed, beside };
}

export const isSearch = (tool: Tool): boolean =>
  tool.type === 'provider' && isFields(tool.definition.web_search_options);

function searchOptions(tool: Tool, field: string, model: string, writing: Writing): Fields | null {
  if (tool.type === 'function') return null;
  const { web_search_options: own } = tool.definition;
  if (tool.dialect === 'openai-chat' && isFields(own)) return own;
  if (tool.shared?.kind !== 'web-search' || writing.options.searchers?.test(model) !== true) return null;
  for (const name of unsaid(tool.shared, ['userLocation', 'contextSize'])) {
    writing.warn(`${field}.${name}`, 'dropped', 'A search of the web has no such option here.');
  }
  return optionsJson(tool.shared);
}

const optionsJson = ({ userLocation, contextSize }: SharedTool): Fields => ({
  ...(contextSize !== undefined && { search_context_size: contextSize }),
  ...(userLocation && { user_location: { type: 'approximate', approximate: userLocation } }),
});

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
