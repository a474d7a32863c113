import type { GenerateContentConfig } from '@google/genai';
import type { JsonSchema, OutputFormat } from '../../src/spec/chat/chat-request.ts';
import { readableSchema } from './schema.ts';
import type { Warn } from './warn.ts';

/** How the answer is made JSON: enforced, or by asking. */
export interface JsonOutput {
  readonly config: Pick<GenerateContentConfig, 'responseMimeType' | 'responseJsonSchema'>;
  readonly instruction?: string;
}

/** `canEnforce`: nothing else in the request speaks against it. */
export function jsonOutput(output: OutputFormat | undefined, canEnforce: boolean, warn: Warn): JsonOutput {
  if (output === undefined || output.type === 'text') return { config: {} };
  const schema = output.type === 'json' ? null : described(output);
  if (!canEnforce) {
    warn('response_format', 'emulated', 'The model is asked for JSON; beside tools this one is not held to it.');
    return { config: {}, instruction: instruction(schema) };
  }
  if (schema === null) return { config: { responseMimeType: 'application/json' } };
  const readable = readableSchema(schema);
  if (readable.told.length > 0) {
    const why = `Told in descriptions and not enforced: ${readable.told.join(', ')}.`;
    warn('response_format.json_schema.schema', 'approximated', why);
  }
  return { config: { responseMimeType: 'application/json', responseJsonSchema: readable.schema } };
}

function instruction(schema: JsonSchema | null): string {
  const ask = 'When you answer without calling a tool, answer with JSON and nothing else: no Markdown fences.';
  return schema === null ? ask : `${ask} It follows this JSON Schema:\n${JSON.stringify(schema)}`;
}

/** The format has no place for a description of its own; the schema has. */
function described({ schema, description }: Extract<OutputFormat, { type: 'json-schema' }>): JsonSchema {
  return description === undefined || schema.description !== undefined ? schema : { ...schema, description };
}
