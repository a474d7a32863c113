import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { jsonOutput as claudeOutput } from '../anthropic/json-output.ts';
import { modelFacts as claudeFacts } from '../anthropic/models.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { ModelFacts } from './models.ts';
import type { Json, ToolSpec } from './wire.ts';

/** How the answer is made JSON: enforced, as the input of a tool that must be called, or by asking. */
export interface JsonOutput {
  readonly textFormat?: Json;
  readonly tool?: ToolSpec;
  readonly instruction?: string;
}

/** The schemas that are enforced here are those that Claude's own API enforces, for all models. */
export function jsonOutput({ output }: ChatRequest, canForce: boolean, facts: ModelFacts, warn: Warn): JsonOutput {
  const forcedTools = facts.toolChoice !== 'none';
  const abilities = { ...(facts.claude ?? claudeFacts('')), structured: facts.structured, forcedTools };
  const { format, tool, instruction } = claudeOutput(output, abilities, canForce, warn);
  return {
    ...(format !== undefined && { textFormat: textFormat(output, format.schema) }),
    ...(tool !== undefined && {
      tool: { name: tool.name, description: tool.description!, inputSchema: { json: tool.input_schema } },
    }),
    ...(instruction !== undefined && { instruction }),
  };
}

/** The schema goes as text. */
function textFormat(output: ChatRequest['output'], schema: unknown): Json {
  const named = output?.type === 'json-schema' ? { name: output.name } : {};
  return { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(schema), ...named } } };
}
