import type { ChatRequest, FunctionTool, Tool, ToolChoice } from '../../src/spec/chat/chat-request.ts';
import { toolField } from '../../src/spec/chat/server-tools.ts';
import type { Writing } from '../openai-chat/options.ts';
import type { ModelFacts } from './models.ts';
import { warnForeign } from './own-members.ts';
import type { OfferJson, RequestJson } from './wire.ts';

type ToolMembers = Pick<RequestJson, 'tools' | 'tool_choice' | 'strict_tools'>;

interface Offered {
  readonly tool: FunctionTool;
  readonly field: string;
}

/** What may be called, and whether it must be. `strict` is the caller's own word about all tools. */
export function toolMembers(request: ChatRequest, facts: ModelFacts, strict: unknown, writing: Writing): ToolMembers {
  const choice = request.toolChoice ?? { type: 'auto' };
  const offered = chosen(functionsOf(request, writing), choice, facts, writing);
  if (offered.length === 0) {
    warnPointless(request, strict, writing);
    return {};
  }
  return {
    tools: offered.map(({ tool, field }) => functionJson(tool, field, writing)),
    ...choiceJson(choice, facts, writing),
    ...strictJson(offered, strict, writing),
  };
}

function functionsOf({ tools = [] }: ChatRequest, writing: Writing): readonly Offered[] {
  return tools.flatMap((tool: Tool, index) => {
    const field = toolField(tool, index);
    if (tool.type === 'function') return [{ tool, field }];
    writing.warn(field, 'dropped', 'This provider has no such tool.');
    return [];
  });
}

/** Nothing is said about tools where none is left. */
function warnPointless({ toolChoice, parallelToolCalls }: ChatRequest, strict: unknown, writing: Writing): void {
  const why = 'There is no tool to call.';
  if (toolChoice !== undefined && toolChoice.type !== 'none') writing.warn('tool_choice', 'dropped', why);
  if (parallelToolCalls !== undefined) writing.warn('parallel_tool_calls', 'dropped', why);
  if (strict !== undefined) writing.warn('strict_tools', 'dropped', why);
}

const onlyOf = (choice: ToolChoice): readonly string[] | undefined => {
  if (choice.type === 'tool') return [choice.name];
  return choice.type === 'required' ? choice.only : undefined;
};

/** A choice among some of the tools has no word of its own, so only those are offered. */
function chosen(all: readonly Offered[], choice: ToolChoice, facts: ModelFacts, writing: Writing): readonly Offered[] {
  if (choice.type === 'none' && !facts.toolChoice && all.length > 0) {
    writing.warn('tools', 'dropped', 'This model calls none only where none is offered.');
    return [];
  }
  const only = onlyOf(choice);
  if (only === undefined) return all;
  const some = all.filter(({ tool }) => only.includes(tool.name));
  if (some.length < all.length) {
    writing.warn('tool_choice', 'emulated', 'Only the allowed tools are offered to the model.');
  }
  return some;
}

function choiceJson(choice: ToolChoice, { toolChoice }: ModelFacts, writing: Writing): ToolMembers {
  if (choice.type === 'auto') return {};
  if (choice.type === 'none') return { tool_choice: 'NONE' };
  if (toolChoice) return { tool_choice: 'REQUIRED' };
  writing.warn('tool_choice', 'dropped', 'This model cannot be made to call a tool.');
  return {};
}

/** A tool without input says so with an empty schema, since one must be given. */
function functionJson({ name, description, schema, extra }: FunctionTool, field: string, writing: Writing): OfferJson {
  warnForeign(extra, field, writing);
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      parameters: schema ?? { type: 'object', properties: {} },
    },
  };
}

/** All tools are strict or none is, and a strict one with members requires one of them. */
function strictJson(offered: readonly Offered[], given: unknown, writing: Writing): ToolMembers {
  const strict = typeof given === 'boolean' ? given : offered.every(({ tool }) => tool.strict === true && closed(tool));
  if (!strict) {
    for (const { tool, field } of offered) {
      if (tool.strict !== true) continue;
      writing.warn(`${field}.function.strict`, 'dropped', 'All tools are strict here or none is.');
    }
  }
  return strict || given === false ? { strict_tools: strict } : {};
}

const closed = ({ schema }: FunctionTool): boolean =>
  Object.keys(Object(schema?.properties)).length === 0 ||
  (Array.isArray(schema?.required) && schema.required.length > 0);
