import type { JsonSchema, OutputFormat } from '../../src/spec/chat/chat-request.ts';
import type { Writing } from '../openai-chat/options.ts';
import type { RequestJson } from './wire.ts';

/** How the answer is made JSON: enforced, or by asking. */
export interface JsonOutput {
  readonly format: Pick<RequestJson, 'response_format'>;
  readonly instruction?: string;
}

/** `canEnforce`: the API refuses a format beside tools and documents. */
export function jsonOutput(output: OutputFormat | undefined, canEnforce: boolean, writing: Writing): JsonOutput {
  if (output === undefined || output.type === 'text') return { format: {} };
  const schema = output.type === 'json' ? null : described(output);
  if (canEnforce) {
    return { format: { response_format: { type: 'json_object', ...(schema !== null && { json_schema: schema }) } } };
  }
  const why = 'The model is asked for JSON; beside tools or documents it is not held to it.';
  writing.warn('response_format', 'emulated', why);
  return { format: {}, instruction: instruction(schema) };
}

function instruction(schema: JsonSchema | null): string {
  const ask = 'When you answer without calling a tool, answer with JSON and nothing else: no Markdown fences.';
  return schema === null ? ask : `${ask} It follows this JSON Schema:\n${JSON.stringify(schema)}`;
}

/** The format has no place for a description of its own; the schema has. */
function described({ schema, description }: Extract<OutputFormat, { type: 'json-schema' }>): JsonSchema {
  return description === undefined || schema.description !== undefined ? schema : { ...schema, description };
}
