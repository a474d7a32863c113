import type Anthropic from '@anthropic-ai/sdk';
import type { JsonSchema, OutputFormat } from '../../src/spec/chat/chat-request.ts';
import { inputSchema } from './input-schema.ts';
import type { ModelFacts } from './models.ts';
import { strictSchema } from './strict-schema.ts';
import { JSON_TOOL } from './tool-names.ts';
import type { Warn } from './warn.ts';

/** How the answer is made JSON: enforced, as the input of a tool that must be called, or by asking. */
export interface JsonOutput {
  readonly format?: Anthropic.JSONOutputFormat;
  readonly tool?: Anthropic.Tool;
  readonly instruction?: string;
}

type JsonFormat = Exclude<OutputFormat, { type: 'text' }>;

/** `canForce`: nothing else in the request speaks against a forced tool call. */
export function jsonOutput(
  output: OutputFormat | undefined,
  facts: ModelFacts,
  canForce: boolean,
  warn: Warn,
): JsonOutput {
  if (output === undefined || output.type === 'text') return {};
  const forced = canForce && facts.forcedTools;
  return enforced(output, facts, forced, warn) ?? emulated(output, forced, warn);
}

/** Null where the API cannot enforce it: without a schema, or one that leaves members open. */
function enforced(output: JsonFormat, facts: ModelFacts, forced: boolean, warn: Warn): JsonOutput | null {
  if (output.type === 'json' || !facts.structured) return null;
  const { schema, told, closed } = strictSchema(described(output));
  if (closed && forced) return null;
  const field = 'response_format.json_schema.schema';
  if (closed) warn(field, 'approximated', 'Only the members that the schema names can be written.');
  if (told.length > 0) warn(field, 'approximated', `Told in descriptions and not enforced: ${told.join(', ')}.`);
  return { format: { type: 'json_schema', schema } };
}

function emulated(output: JsonFormat, forced: boolean, warn: Warn): JsonOutput {
  if (!forced) {
    warn('response_format', 'emulated', 'The model is asked for JSON; nothing enforces it.');
    return { instruction: instruction(output) };
  }
  warn('response_format', 'emulated', 'The model answers through a tool whose input is the JSON.');
  const schema = output.type === 'json' ? undefined : inputSchema(described(output)).schema;
  return { tool: { name: JSON_TOOL, description: PURPOSE, input_schema: schema ?? { type: 'object' } } };
}

const PURPOSE = 'Gives the answer to the user. The input of this tool is the JSON object that was asked for.';

function instruction(output: JsonFormat): string {
  const ask = 'Answer with one JSON object and nothing else: no Markdown fences, no words around it.';
  return output.type === 'json' ? ask : `${ask} It follows this JSON Schema:\n${JSON.stringify(output.schema)}`;
}

/** The format has no place for a name and a description of its own; the schema has. */
function described({ schema, description }: Extract<JsonFormat, { type: 'json-schema' }>): JsonSchema {
  return description === undefined || schema.description !== undefined ? schema : { ...schema, description };
}
