import type { ChatRequest, Tool } from '../../src/spec/chat/chat-request.ts';
import { toolField } from '../../src/spec/chat/server-tools.ts';
import type { Writing } from '../openai-chat/options.ts';
import { warnForeign } from './own-members.ts';
import { parametersOf } from './tool-schema.ts';
import type { ToolJson } from './wire.ts';

/** The tools that the choice leaves: the API knows no choice, so the others are not offered. */
export function toolsJson(request: ChatRequest, writing: Writing): { readonly tools?: readonly ToolJson[] } {
  const { tools = [], toolChoice: choice } = request;
  if (choice?.type === 'none') {
    for (const [index, tool] of tools.entries()) {
      if (tool.type === 'provider') writing.warn(toolField(tool, index), 'dropped', 'No tool is offered to the model.');
    }
    return {};
  }
  const only = choice?.type === 'tool' ? [choice.name] : choice?.type === 'required' ? choice.only : undefined;
  const offered = tools.flatMap((tool, index) => toolJson(tool, toolField(tool, index), writing));
  const left = offered.filter(({ function: { name } }) => only?.includes(name) ?? true);
  if (choice?.type === 'tool' || choice?.type === 'required') {
    const why = only === undefined ? 'A call cannot be forced.' : 'Other tools are not offered; a call is not forced.';
    writing.warn('tool_choice', 'approximated', why);
  }
  return left.length > 0 ? { tools: left } : {};
}

function toolJson(tool: Tool, field: string, writing: Writing): readonly ToolJson[] {
  if (tool.type === 'provider') {
    writing.warn(field, 'dropped', 'This provider has no such tool.');
    return [];
  }
  const { name, description, schema, strict, extra } = tool;
  warnForeign(extra, field, writing);
  if (strict) writing.warn(`${field}.function.strict`, 'dropped', 'Schemas of tools are not enforced.');
  return [
    {
      type: 'function',
      function: { name, ...(description !== undefined && { description }), parameters: parametersOf(schema) },
    },
  ];
}
