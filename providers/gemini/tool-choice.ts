import type { ChatRequest, ToolChoice } from '../../src/spec/chat/chat-request.ts';
import { encodeToolName } from './tool-names.ts';
import type { WireTools } from './tools.ts';
import type { Warn } from './warn.ts';

/** https://ai.google.dev/api/caching#FunctionCallingConfig */
export interface CallingConfig {
  readonly mode: 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED';
  readonly allowedFunctionNames?: readonly string[];
}

/** Undefined where the default says the same. A schema is kept to where the caller wants it: `VALIDATED`. */
export function callingConfig(request: ChatRequest, { functions }: WireTools, warn: Warn): CallingConfig | undefined {
  const { toolChoice, tools = [] } = request;
  if (!functions) {
    if (isForced(toolChoice)) warn('tool_choice', 'dropped', 'There is no tool to choose.');
    return undefined;
  }
  const strict = tools.some(tool => tool.type === 'function' && tool.strict === true);
  if (toolChoice === undefined) return strict ? { mode: 'VALIDATED' } : undefined;
  return wireChoice(toolChoice, strict);
}

const isForced = (choice: ToolChoice | undefined): boolean => choice?.type === 'required' || choice?.type === 'tool';

function wireChoice(choice: ToolChoice, strict: boolean): CallingConfig {
  switch (choice.type) {
    case 'auto':
      return { mode: strict ? 'VALIDATED' : 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY', ...(choice.only?.length && { allowedFunctionNames: choice.only.map(encodeToolName) }) };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [encodeToolName(choice.name)] };
  }
}
