import type { ReasoningPart } from '../../../../spec/chat/parts.ts';
import { type CallProof, readReasoningDetails } from '../../../../spec/chat/reasoning-details.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { jsonTypeOf, type Members } from '../../neutral/members.ts';
import { wrongType } from '../../request-members.ts';

interface Thoughts {
  readonly thoughts: readonly ReasoningPart[];
  /** Of tool calls, by id. */
  readonly proofs: ReadonlyMap<string, CallProof>;
}

const NONE: Thoughts = Object.freeze({ thoughts: [], proofs: new Map<string, CallProof>() });

/**
 * The thoughts of an assistant's message: `reasoning_details`, which hold everything, else the plain text under the
 * names that providers and their clients use.
 */
export function readThoughts(message: Members, callIds: ReadonlySet<string>, warnings: Warning[]): Thoughts {
  const { text, entries } = takeDetails(message);
  const plain = readPlain(message, 'reasoning_content') || readPlain(message, 'reasoning') || text;
  // The same text again under the other name.
  message.take('reasoning');
  if (plain === '' && entries.length === 0) return NONE;
  const path = message.at('reasoning_details');
  const details = readReasoningDetails(entries, callIds);
  for (const index of details.unknown) {
    warnings.push({ field: `${path}[${index}]`, action: 'dropped', why: 'It is no entry of a known form.' });
  }
  const told = details.thoughts.some(({ text }) => text !== '');
  const spoken: readonly ReasoningPart[] = plain === '' || told ? [] : [{ type: 'reasoning', text: plain }];
  return { thoughts: [...spoken, ...details.thoughts], proofs: details.calls };
}

/** Some clients send the plain text under whichever name they are told, opencode's `interleaved` for one. */
function takeDetails(message: Members): { readonly text: string; readonly entries: readonly unknown[] } {
  const value = message.peek('reasoning_details');
  if (typeof value !== 'string') return { text: '', entries: message.array('reasoning_details') ?? [] };
  message.take('reasoning_details');
  return { text: value, entries: [] };
}

function readPlain(message: Members, name: string): string {
  const value = message.take(name) ?? '';
  if (typeof value === 'string') return value;
  throw wrongType(message.at(name), 'a string', jsonTypeOf(value));
}
