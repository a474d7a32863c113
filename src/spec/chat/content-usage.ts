import { noUsage, type Usage } from '../usage.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** No real call comes near: a larger count is an error or a lie. */
const MOST_TOKENS = 1_000_000_000;

class Implausible extends Error {}

function count(fields: Fields, name: string): number {
  const value = fields[name] ?? 0;
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MOST_TOKENS) throw new Implausible(name);
  return Number(value);
}

/** What `usageMetadata` says; null when nothing was counted, with the reason in `flags`. */
export interface ContentUsage {
  readonly usage: Usage | null;
  readonly flags: '' | 'usage_implausible';
}

/** `searches`: how often the model has asked the web. */
export function readContentUsage(wire: Fields, searches: number): ContentUsage {
  try {
    return { usage: contentUsage(wire, searches), flags: '' };
  } catch (error) {
    if (error instanceof Implausible) return { usage: null, flags: 'usage_implausible' };
    throw error;
  }
}

/** Null when nothing was counted. Throws where nobody can believe a count. */
export function contentUsage(wire: Fields, serverToolCalls = 0): Usage | null {
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
    .reduce((sum, entry) => sum + count(entry, 'tokenCount'), 0);
