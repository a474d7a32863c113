import type { FunctionResponse } from '@google/genai';
import type { ToolResultPart } from '../../src/spec/chat/parts.ts';
import { isFields } from './fields.ts';
import { mediaPart } from './media.ts';
import type { ModelFacts } from './models.ts';
import { encodeToolName } from './tool-names.ts';
import { placesOf, type WirePart } from './user-parts.ts';
import { ownExtra, type Warn } from './warn.ts';

/** A call that waits for its result. */
export interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/** A result as the API takes it, and what it has to be told beside it. */
export interface WireResult {
  readonly part: WirePart;
  readonly beside: readonly WirePart[];
}

/** Types that a result may hold itself: https://ai.google.dev/gemini-api/docs/function-calling#multimodal */
const IN_RESULT = /^(image\/(png|jpeg|webp)|application\/pdf|text\/plain)$/;

export function resultPart(
  result: ToolResultPart,
  call: OpenCall,
  facts: ModelFacts,
  field: string,
  warn: Warn,
): WireResult {
  const places = placesOf(result.parts, field);
  const media = result.parts.flatMap((part, index) => wireMedia(part, places[index]!.part, warn));
  if (result.name !== undefined && result.name !== call.name) warn(`${field}.name`, 'dropped', 'The call says it.');
  const inside = media.filter(part => facts.mediaInResults && IN_RESULT.test(part.inlineData?.mimeType ?? ''));
  const outside = media.filter(part => !inside.includes(part));
  if (outside.length > 0) {
    warn(`${field}.content`, 'emulated', 'What the result of a tool cannot hold is told beside it.');
  }
  return {
    part: {
      ...ownExtra(result.extra, field, warn),
      functionResponse: {
        ...answered(call, responseOf(result)),
        ...(inside.length > 0 && { parts: inside.map(part => ({ inlineData: part.inlineData! })) }),
      },
    },
    beside: outside.length === 0 ? [] : [{ text: `Given by the tool ${call.name} (call ${call.id}):` }, ...outside],
  };
}

function wireMedia(part: ToolResultPart['parts'][number], field: string, warn: Warn): readonly WirePart[] {
  if (part.type === 'provider-part') {
    warn(`${field}.content`, 'dropped', `It is a part of the dialect ${part.dialect}.`);
    return [];
  }
  const own = ownExtra(part.extra, field, warn);
  return part.type === 'text' ? [] : [{ ...own, ...mediaPart(part, field, warn) }];
}

/** The model is told that nobody answered, since a call without a result is refused. */
export const missingResult = (call: OpenCall, why: string): WirePart => ({
  functionResponse: answered(call, { error: why }),
});

const answered = ({ id, name }: OpenCall, response: Record<string, unknown>): FunctionResponse => ({
  id,
  name: encodeToolName(name),
  response,
});

/** An object as it is; the API reads `output` and `error` where there is anything else. */
function responseOf({ parts, failed }: ToolResultPart): Record<string, unknown> {
  const text = parts.map(part => (part.type === 'text' ? part.text : '')).join('');
  if (failed) return { error: text };
  return parsedObject(text) ?? { output: text };
}

/** Null where it is none, or where its numbers are too long to be read without a loss. */
function parsedObject(text: string): Record<string, unknown> | null {
  if (!/^\s*\{/.test(text) || /\d{16}/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
