import type { ToolCallPart } from '../src/spec/chat/parts.ts';
import type { Writing } from './openai-chat/options.ts';

/** The input of a call for an API that reads it, so it must be an object: what is none goes inside of one. */
export function objectInput({ input, custom }: ToolCallPart, field: string, writing: Writing): string {
  if (custom) {
    writing.warn(`${field}.custom`, 'emulated', 'Free text goes as the member input of an object.');
    return JSON.stringify({ input });
  }
  if (input.trim() === '') return '{}';
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return input;
  } catch {
    // What a model wrote need not be JSON; it is kept as a text below.
  }
  writing.warn(`${field}.function.arguments`, 'emulated', 'What is no JSON object goes as the member input of one.');
  return JSON.stringify({ input });
}
