import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { noUsage, type Usage } from '../../src/spec/usage.ts';
import { type Fields, fieldsOf, isFields, listOf } from './fields.ts';

/** No real call comes near: a larger count is an error or a lie. */
const MOST_TOKENS = 1_000_000_000;

class Implausible extends Error {}

function count(fields: Fields, name: string): number {
  const value = fields[name] ?? 0;
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MOST_TOKENS) throw new Implausible(name);
  return Number(value);
}

/** `searches`: how often the model has asked the web. */
export function usagePart(wire: Fields | null, searches: number): ChatPart {
  if (wire === null) return { type: 'usage', usage: null };
  const { serviceTier, trafficType } = wire;
  const told = Object.entries({ serviceTier, trafficType }).filter(([, value]) => value != null);
  const extra = told.length === 0 ? {} : { extra: { gemini: Object.fromEntries(told) } };
  try {
    return { type: 'usage', usage: usageOf(wire, searches), ...extra };
  } catch (error) {
    if (error instanceof Implausible) return { type: 'usage', usage: null, flags: 'usage_implausible', ...extra };
    throw error;
  }
}

/** Null when nothing was counted. */
export function usageOf(wire: Fields, serverToolCalls = 0): Usage | null {
  const usage = { ...noUsage, ...promptClasses(wire), ...answerClasses(wire) };
  const total = Object.values(usage).reduce((sum, tokens) => sum + tokens, 0);
  return total === 0 ? null : { ...usage, serverToolCalls };
}

/** The prompt counts what was cached but not what the provider's own tools gave to the model. */
function promptClasses(wire: Fields): Partial<Usage> {
  const prompt = count(wire, 'promptTokenCount');
  const cacheRead = count(wire, 'cachedContentTokenCount');
  const fresh = prompt - cacheRead;
  if (fresh < 0) throw new Implausible('more tokens from the cache than in the prompt');
  const uncached = (modality: string): number =>
    Math.max(0, byModality(wire.promptTokensDetails, modality) - byModality(wire.cacheTokensDetails, modality));
  const audioIn = Math.min(uncached('AUDIO'), fresh);
  const imageIn = Math.min(uncached('IMAGE'), fresh - audioIn);
  const input = fresh - audioIn - imageIn + count(wire, 'toolUsePromptTokenCount');
  return { input, cacheRead, audioIn, imageIn };
}

/** Thoughts stand beside the answer. */
function answerClasses(wire: Fields): Partial<Usage> {
  const answer = count(wire, 'candidatesTokenCount');
  const audioOut = Math.min(byModality(wire.candidatesTokensDetails, 'AUDIO'), answer);
  const imageOut = Math.min(byModality(wire.candidatesTokensDetails, 'IMAGE'), answer - audioOut);
  return { output: answer - audioOut - imageOut, audioOut, imageOut, reasoning: count(wire, 'thoughtsTokenCount') };
}

const byModality = (details: unknown, modality: string): number =>
  listOf(details)
    .filter(isFields)
    .filter(entry => entry.modality === modality)
    .reduce((sum, entry) => sum + count(fieldsOf(entry), 'tokenCount'), 0);
