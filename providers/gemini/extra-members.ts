import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { type Fields, fieldsOf, isFields, listOf } from './fields.ts';
import type { Warn } from './warn.ts';

/** The caller's own members of this dialect, sorted by where they belong. */
export interface ExtraMembers {
  readonly generationConfig: Fields;
  readonly toolConfig: Fields;
  /** Everything else, sent as it is. */
  readonly rest: Fields;
}

/** What the request itself says, so that no extension gets around the gateway's checks of it. */
const OWN = new Set(['model', 'contents', 'systemInstruction', 'tools', 'candidateCount', 'maxOutputTokens']);

/** Members of this dialect that no other one has: a client of OpenAI's dialect writes them beside its own. */
const BESIDE = new Set(['cachedContent', 'generationConfig', 'safetySettings', 'thinkingConfig', 'toolConfig']);

/** Members that stand beside the conversation; any other belongs to how the answer is generated. */
const TOP = new Set(['cachedContent', 'labels', 'modelArmorConfig', 'safetySettings', 'serviceTier', 'store']);

/** The name that clients of Google's own OpenAI-like endpoint use: https://ai.google.dev/gemini-api/docs/openai */
const ALIASES = ['google', 'gemini'];

export function extraMembers({ extra = {}, reasoning }: ChatRequest, warn: Warn): ExtraMembers {
  const { generationConfig, toolConfig, ...given } = camel(gathered(extra, reasoning !== undefined, warn));
  const flat = Object.entries(given).filter(([name]) => !TOP.has(name));
  const top = Object.entries(given).filter(([name]) => TOP.has(name));
  const { functionCallingConfig: _ours, ...others } = camel(fieldsOf(toolConfig));
  return {
    generationConfig: allowed({ ...Object.fromEntries(flat), ...camel(fieldsOf(generationConfig)) }, warn),
    toolConfig: others,
    rest: allowed(Object.fromEntries(top), warn),
  };
}

/** Every member for this dialect, wherever the caller has put it; those for other ones are left out. */
function gathered(extra: NonNullable<ChatRequest['extra']>, thinks: boolean, warn: Warn): Fields {
  const found: Record<string, unknown> = {};
  for (const [dialect, members] of Object.entries(extra)) {
    // Of another dialect's words for thinking the neutral ones are made.
    const { thinking, ...others } = members;
    const left = thinks ? others : members;
    if (ALIASES.includes(dialect)) Object.assign(found, members);
    else Object.assign(found, ...Object.entries(left).map(([name, value]) => beside(dialect, name, value, warn)));
  }
  return found;
}

function beside(dialect: string, name: string, value: unknown, warn: Warn): Fields {
  const ours = dialect === 'openai-chat';
  if (ours && ALIASES.includes(name) && isFields(value)) return value;
  if (ours && name === 'extra_body' && isFields(value)) {
    return Object.assign({}, ...ALIASES.map(alias => fieldsOf(value[alias])));
  }
  if (ours && BESIDE.has(camelName(name))) return { [name]: value };
  if (ours && name === 'modalities')
    return { responseModalities: listOf(value).map(each => String(each).toUpperCase()) };
  warn(name, 'dropped', 'This provider does not know it.');
  return {};
}

function allowed(members: Fields, warn: Warn): Fields {
  const entries = Object.entries(members).filter(([name]) => {
    if (OWN.has(name)) warn(name, 'dropped', 'The request says this itself.');
    return !OWN.has(name);
  });
  return Object.fromEntries(entries);
}

const camelName = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const camel = (members: Fields): Fields =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [camelName(name), value]));
