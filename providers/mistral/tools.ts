import type { ChatRequest, FunctionTool, ServerToolKind, Tool } from '../../src/spec/chat/chat-request.ts';
import { toolField, unsaid } from '../../src/spec/chat/server-tools.ts';
import type { Writing } from '../openai-chat/options.ts';
import { DIALECT, warnForeign } from './own-members.ts';
import type { OfferJson, RequestJson } from './wire.ts';

type ToolMembers = Pick<RequestJson, 'tools' | 'tool_choice' | 'parallel_tool_calls'>;

/** Tools that run at the provider, known by their type. */
const BUILT_IN = new Set([
  'web_search',
  'web_search_premium',
  'code_interpreter',
  'image_generation',
  'document_library',
  'connector',
]);

const OWN_TYPES: Readonly<Partial<Record<ServerToolKind, string>>> = {
  'web-search': 'web_search',
  'code-execution': 'code_interpreter',
};

/** What may be called, and whether it must be. Nothing is said about tools where none is left. */
export function toolMembers(request: ChatRequest, writing: Writing): ToolMembers {
  const tools = offered(request, writing).flatMap(({ tool, field }) => toolJson(tool, field, writing));
  const { parallelToolCalls: parallel, toolChoice: choice } = request;
  if (tools.length > 0) {
    return { tools, ...choiceJson(request), ...(parallel !== undefined && { parallel_tool_calls: parallel }) };
  }
  const why = 'There is no tool to call.';
  if (choice !== undefined && choice.type !== 'none') writing.warn('tool_choice', 'dropped', why);
  if (parallel !== undefined) writing.warn('parallel_tool_calls', 'dropped', why);
  return {};
}

/** A choice among some of the tools has no word of its own, so only those are offered. */
function offered({ tools = [], toolChoice }: ChatRequest, writing: Writing): { tool: Tool; field: string }[] {
  const all = tools.map((tool, index) => ({ tool, field: toolField(tool, index) }));
  const only = toolChoice?.type === 'required' ? toolChoice.only : undefined;
  if (only === undefined || only.length === 1) return all;
  writing.warn('tool_choice', 'emulated', 'Only the allowed tools are offered to the model.');
  for (const { tool, field } of all) {
    if (tool.type === 'provider') writing.warn(field, 'dropped', 'It is not among the allowed tools.');
  }
  return all.filter(({ tool }) => tool.type === 'function' && only.includes(tool.name));
}

function toolJson(tool: Tool, field: string, writing: Writing): readonly OfferJson[] {
  if (tool.type === 'function') return [functionJson(tool, field, writing)];
  const ours =
    tool.dialect === DIALECT || (tool.dialect === 'openai-chat' && BUILT_IN.has(String(tool.definition.type)));
  if (ours) return [tool.definition as unknown as OfferJson];
  const type = tool.shared && OWN_TYPES[tool.shared.kind];
  if (tool.shared !== undefined && type !== undefined) {
    for (const name of unsaid(tool.shared, [])) writing.warn(`${field}.${name}`, 'dropped', 'Its tool has no options.');
    return [{ type } as unknown as OfferJson];
  }
  writing.warn(field, 'dropped', 'This provider has no such tool.');
  return [];
}

/** A tool without input says so with an empty schema, since one must be given. */
function functionJson(
  { name, description, schema, strict, extra }: FunctionTool,
  field: string,
  writing: Writing,
): OfferJson {
  warnForeign(extra, field, writing);
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      parameters: { ...(schema ?? { type: 'object', properties: {} }) },
      ...(strict !== undefined && { strict }),
    },
  };
}

function choiceJson({ toolChoice: choice }: ChatRequest): Pick<RequestJson, 'tool_choice'> {
  if (choice === undefined) return {};
  switch (choice.type) {
    case 'tool':
      return { tool_choice: named(choice.name) };
    case 'required': {
      const [name, ...others] = choice.only ?? [];
      return { tool_choice: name !== undefined && others.length === 0 ? named(name) : 'any' };
    }
    default:
      return { tool_choice: choice.type };
  }
}

const named = (name: string) => ({ type: 'function', function: { name } });
