import type Anthropic from '@anthropic-ai/sdk';
import type { ChatRequest, ToolChoice } from '../../src/spec/chat/chat-request.ts';
import type { ModelFacts } from './models.ts';
import { encodeToolName } from './tool-names.ts';
import type { Warn } from './warn.ts';

/** The choice for a request that offers tools, and undefined where the default says the same. */
export function toolChoiceOf(
  request: ChatRequest,
  offersTools: boolean,
  facts: ModelFacts,
  warn: Warn,
): Anthropic.ToolChoice | undefined {
  const { toolChoice, parallelToolCalls } = request;
  if (!offersTools) {
    if (isForced(toolChoice)) warn('tool_choice', 'dropped', 'There is no tool to choose.');
    return undefined;
  }
  const choice = permitted(toolChoice, facts, warn);
  if (parallelToolCalls !== false || choice?.type === 'none') return choice;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true };
}

const isForced = (choice: ToolChoice | undefined): boolean => choice?.type === 'required' || choice?.type === 'tool';

function permitted(choice: ToolChoice | undefined, facts: ModelFacts, warn: Warn): Anthropic.ToolChoice | undefined {
  if (choice === undefined) return undefined;
  if (!isForced(choice) || facts.forcedTools) return wireChoice(choice);
  warn('tool_choice', 'approximated', 'This model cannot be made to call a tool; it decides itself.');
  return { type: 'auto' };
}

function wireChoice(choice: ToolChoice): Anthropic.ToolChoice {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return { type: choice.type };
    case 'tool':
      return { type: 'tool', name: encodeToolName(choice.name) };
    case 'required':
      return choice.only?.length === 1 ? { type: 'tool', name: encodeToolName(choice.only[0]!) } : { type: 'any' };
  }
}
