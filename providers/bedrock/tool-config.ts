import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { toolField } from '../../src/spec/chat/server-tools.ts';
import { encodeToolName } from '../anthropic/tool-names.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { JsonOutput } from './json-output.ts';
import type { ModelFacts } from './models.ts';
import { toolsOf } from './tools.ts';
import type { Body, Json, WireChoice, WireMessage, WireTool } from './wire.ts';

export interface ToolConfig {
  readonly toolConfig?: NonNullable<Body['toolConfig']>;
  /** Told to the model in the system prompt. */
  readonly instruction?: string;
  /** For `additionalModelRequestFields`. */
  readonly modelFields?: Json;
}

const NO_CALLS = 'Do not call any tool in this answer.';

/** Tools and the choice among them. There has to be a tool as soon as the conversation has calls. */
export function toolConfigOf(
  request: ChatRequest,
  messages: readonly WireMessage[],
  output: JsonOutput,
  facts: ModelFacts,
  warn: Warn,
): ToolConfig {
  const own = toolsOf(request, facts, warn);
  const config = configOf(request, own, messages, output, facts, warn);
  const single = request.parallelToolCalls === false && own.length > 0 && config.toolConfig !== undefined;
  // The answer in JSON is a call; another one beside it would be a second answer.
  const either = output.tool !== undefined && own.length > 0;
  if (facts.oneCall && (single || either)) return { ...config, modelFields: oneCall(config) };
  if (single) warn('parallel_tool_calls', 'dropped', 'Several calls at once cannot be forbidden.');
  return config;
}

/** The API has no switch, Claude has one; a type there contradicts a choice here. */
const oneCall = ({ toolConfig }: ToolConfig): Json => ({
  tool_choice: { ...(toolConfig?.toolChoice === undefined && { type: 'auto' }), disable_parallel_tool_use: true },
});

function configOf(
  request: ChatRequest,
  own: readonly WireTool[],
  messages: readonly WireMessage[],
  { tool: jsonTool }: JsonOutput,
  facts: ModelFacts,
  warn: Warn,
): ToolConfig {
  if (jsonTool !== undefined) return throughTool(request, own, { toolSpec: jsonTool }, facts, warn);
  const called = calledNames(messages);
  if (request.toolChoice?.type === 'none' && own.length > 0) return withoutCalls(request, own, called, warn);
  if (own.length > 0) {
    const toolChoice = choiceOf(request, facts, warn);
    return { toolConfig: { tools: own, ...(toolChoice && { toolChoice }) } };
  }
  if (isForced(request)) warn('tool_choice', 'dropped', 'There is no tool to choose.');
  if (called.length === 0) return {};
  warn('tools', 'emulated', 'The conversation has calls, so their tools are offered without their schemas.');
  return { toolConfig: { tools: called.map(bareTool) } };
}

const isForced = ({ toolChoice }: ChatRequest): boolean =>
  toolChoice?.type === 'required' || toolChoice?.type === 'tool';

function calledNames(messages: readonly WireMessage[]): string[] {
  const names = messages.flatMap(({ content }) =>
    content.flatMap(block => ('toolUse' in block ? [block.toolUse.name] : [])),
  );
  return [...new Set(names)];
}

const bareTool = (name: string): WireTool => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } });

/** There is no choice of none: without tools there are no calls, but calls of the past ask for tools. */
function withoutCalls(
  { tools = [] }: ChatRequest,
  own: readonly WireTool[],
  called: readonly string[],
  warn: Warn,
): ToolConfig {
  if (called.length === 0) {
    const why = 'No tool is offered to the model.';
    warn('tool_choice', 'emulated', why);
    for (const [index, tool] of tools.entries()) {
      if (tool.type === 'provider') warn(toolField(tool, index), 'dropped', why);
    }
    return {};
  }
  warn('tool_choice', 'emulated', 'The model is asked to call no tool; nothing enforces it.');
  return { toolConfig: { tools: own }, instruction: NO_CALLS };
}

function choiceOf({ toolChoice }: ChatRequest, facts: ModelFacts, warn: Warn): WireChoice | undefined {
  if (toolChoice === undefined || toolChoice.type === 'none') return undefined;
  if (toolChoice.type === 'auto') return facts.toolChoice === 'none' ? undefined : { auto: {} };
  if (facts.toolChoice === 'none') {
    warn('tool_choice', 'approximated', 'This model cannot be made to call a tool; it decides itself.');
    return undefined;
  }
  const name = toolChoice.type === 'tool' ? toolChoice.name : single(toolChoice.only);
  return name === undefined || facts.toolChoice === 'any' ? { any: {} } : { tool: { name: encodeToolName(name) } };
}

const single = (only: readonly string[] | undefined): string | undefined => (only?.length === 1 ? only[0] : undefined);

/** The tool that stands for the JSON is called, or one of the caller's. */
function throughTool(
  request: ChatRequest,
  own: readonly WireTool[],
  tool: WireTool & { readonly toolSpec: { readonly name: string } },
  facts: ModelFacts,
  warn: Warn,
): ToolConfig {
  if (own.length > 0) {
    if (request.toolChoice?.type === 'required') {
      warn('tool_choice', 'approximated', 'The model must call a tool or answer in JSON; it decides which.');
    }
    return { toolConfig: { tools: [...own, tool], toolChoice: { any: {} } } };
  }
  if (isForced(request)) warn('tool_choice', 'dropped', 'There is no tool to choose.');
  const toolChoice = facts.toolChoice === 'all' ? { tool: { name: tool.toolSpec.name } } : { any: {} };
  return { toolConfig: { tools: [tool], toolChoice } };
}
