import type { ChatRequest, FunctionTool, Tool } from '../../src/spec/chat/chat-request.ts';
import { toolField } from '../../src/spec/chat/server-tools.ts';
import { inputSchema } from '../anthropic/input-schema.ts';
import { strictSchema } from '../anthropic/strict-schema.ts';
import { encodeToolName } from '../anthropic/tool-names.ts';
import type { Warn } from '../anthropic/warn.ts';
import { cachePoint } from './cache-points.ts';
import type { ModelFacts } from './models.ts';
import type { ToolSpec, WireTool } from './wire.ts';

/** Tools of this dialect travel untouched, those of another one cannot run here. */
export function toolsOf(request: ChatRequest, facts: ModelFacts, warn: Warn): WireTool[] {
  return offered(request, facts, warn).flatMap(({ tool, field }) => {
    if (tool.type === 'function') return functionTool(tool, field, facts, warn);
    if (tool.dialect === 'bedrock') return [tool.definition as unknown as WireTool];
    warn(field, 'dropped', 'This tool belongs to another provider.');
    return [];
  });
}

/** A choice among some of the tools has no word of its own, so only those are offered; nor has one of a certain tool everywhere. */
function offered(
  { tools = [], toolChoice }: ChatRequest,
  facts: ModelFacts,
  warn: Warn,
): { tool: Tool; field: string }[] {
  const all = tools.map((tool, index) => ({ tool, field: toolField(tool, index) }));
  const one = toolChoice?.type === 'tool' && facts.toolChoice === 'any' ? [toolChoice.name] : undefined;
  const only = one ?? (toolChoice?.type === 'required' ? toolChoice.only : undefined);
  if (only === undefined || (only.length === 1 && facts.toolChoice === 'all')) return all;
  warn('tool_choice', 'emulated', 'Only the allowed tools are offered to the model.');
  for (const { tool, field } of all) {
    if (tool.type === 'provider') warn(field, 'dropped', 'It is not among the allowed tools.');
  }
  return all.filter(({ tool }) => tool.type === 'function' && only.includes(tool.name));
}

function functionTool(tool: FunctionTool, field: string, facts: ModelFacts, warn: Warn): WireTool[] {
  const name = encodeToolName(tool.name);
  if (name !== tool.name) {
    warn(`${field}.function.name`, 'emulated', 'Characters outside a-z, A-Z, 0-9, _ and - are escaped.');
  }
  const { schema, changed } = inputSchema(tool.schema);
  if (changed) {
    const why = 'The input of a tool is one object; its variants are merged.';
    warn(`${field}.function.parameters`, 'approximated', why);
  }
  const described = tool.description ? { description: tool.description } : {};
  const plain: ToolSpec = { name, ...described, inputSchema: { json: schema } };
  const toolSpec = tool.strict ? strictTool(plain, `${field}.function`, facts, warn) : plain;
  const cache = cachePoint(tool.extra, field, facts.cache === 'all', facts, warn);
  return cache === null ? [{ toolSpec }] : [{ toolSpec }, cache];
}

function strictTool(tool: ToolSpec, field: string, facts: ModelFacts, warn: Warn): ToolSpec {
  if (!facts.structured) {
    warn(`${field}.strict`, 'dropped', 'This model does not enforce the schemas of tools.');
    return tool;
  }
  const { schema, told, closed } = strictSchema(tool.inputSchema.json);
  if (closed) {
    warn(`${field}.strict`, 'dropped', 'A schema that allows unnamed members cannot be enforced.');
    return tool;
  }
  if (told.length > 0) {
    warn(`${field}.parameters`, 'approximated', `Told in descriptions and not enforced: ${told.join(', ')}.`);
  }
  return { ...tool, strict: true, inputSchema: { json: schema } };
}
