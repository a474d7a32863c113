import type Anthropic from '@anthropic-ai/sdk';
import type { ChatRequest, FunctionTool, Tool } from '../../src/spec/chat/chat-request.ts';
import { toolField } from '../../src/spec/chat/server-tools.ts';
import { withExtra } from './blocks.ts';
import { inputSchema } from './input-schema.ts';
import type { ModelFacts } from './models.ts';
import { serverTool } from './server-tools.ts';
import { strictSchema } from './strict-schema.ts';
import { encodeToolName } from './tool-names.ts';
import type { Warn } from './warn.ts';

/** Tools of this dialect travel untouched, those of another one cannot run here. */
export function toolsOf(request: ChatRequest, facts: ModelFacts, warn: Warn): Anthropic.ToolUnion[] {
  return offered(request, warn).flatMap(({ tool, field }) => {
    if (tool.type === 'function') return [functionTool(tool, `${field}.function`, facts, warn)];
    if (tool.dialect === 'anthropic') return [tool.definition as unknown as Anthropic.ToolUnion];
    if (tool.shared !== undefined) return [serverTool(tool.shared, field, warn)];
    warn(field, 'dropped', 'This tool belongs to another provider.');
    return [];
  });
}

/** A choice among some of the tools has no word of its own, so only those are offered. */
function offered({ tools = [], toolChoice }: ChatRequest, warn: Warn): { tool: Tool; field: string }[] {
  const all = tools.map((tool, index) => ({ tool, field: toolField(tool, index) }));
  const only = toolChoice?.type === 'required' ? toolChoice.only : undefined;
  if (only === undefined || only.length === 1) return all;
  warn('tool_choice', 'emulated', 'Only the allowed tools are offered to the model.');
  for (const { tool, field } of all) {
    if (tool.type === 'provider') warn(field, 'dropped', 'It is not among the allowed tools.');
  }
  return all.filter(({ tool }) => tool.type === 'function' && only.includes(tool.name));
}

function functionTool(tool: FunctionTool, field: string, facts: ModelFacts, warn: Warn): Anthropic.ToolUnion {
  const name = encodeToolName(tool.name);
  if (name !== tool.name) warn(`${field}.name`, 'emulated', 'Characters outside a-z, A-Z, 0-9, _ and - are escaped.');
  const { schema, changed } = inputSchema(tool.schema);
  if (changed)
    warn(`${field}.parameters`, 'approximated', 'The input of a tool is one object; its variants are merged.');
  const described = tool.description === undefined ? {} : { description: tool.description };
  const plain: Anthropic.Tool = { name, ...described, input_schema: schema };
  return withExtra(tool.strict ? strictTool(plain, field, facts, warn) : plain, tool.extra);
}

function strictTool(tool: Anthropic.Tool, field: string, facts: ModelFacts, warn: Warn): Anthropic.Tool {
  if (!facts.structured) {
    warn(`${field}.strict`, 'dropped', 'This model does not enforce the schemas of tools.');
    return tool;
  }
  const { schema, told, closed } = strictSchema(tool.input_schema);
  if (closed && !isEmpty(tool.input_schema)) {
    warn(`${field}.strict`, 'dropped', 'A schema that allows unnamed members cannot be enforced.');
    return tool;
  }
  if (told.length > 0) {
    warn(`${field}.parameters`, 'approximated', `Told in descriptions and not enforced: ${told.join(', ')}.`);
  }
  return { ...tool, strict: true, input_schema: { ...schema, type: 'object' } };
}

const isEmpty = ({ properties, additionalProperties }: Anthropic.Tool.InputSchema): boolean =>
  Object.keys(properties ?? {}).length === 0 && additionalProperties !== true;
