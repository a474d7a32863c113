import type { ChatRequest, OutputFormat, ReasoningRequest } from '../../../../spec/chat/chat-request.ts';
import type { Fields, Members } from '../../neutral/members.ts';
import { toJsonSchema } from './schema.ts';
import { innerMembers, integerOf, textsOf, wordOf } from './wire-members.ts';

type Writable<Of> = { -readonly [Member in keyof Of]: Of[Member] };
/** What is read of a request beside its messages and tools. */
export type Parameters = Writable<Omit<ChatRequest, 'messages' | 'stream'>>;

/** Members that mean the same in both forms, with their neutral names. */
const numbers = [
  ['temperature', 'temperature'],
  ['topP', 'topP'],
  ['topK', 'topK'],
  ['presencePenalty', 'presencePenalty'],
  ['frequencyPenalty', 'frequencyPenalty'],
] as const;
const integers = [
  ['maxOutputTokens', 'maxTokens'],
  ['candidateCount', 'choices'],
  ['seed', 'seed'],
] as const;

export function set<Name extends keyof Parameters>(
  into: Parameters,
  name: Name,
  value: Parameters[Name] | undefined,
): void {
  if (value !== undefined) into[name] = value;
}

/** Reads `generationConfig`; what is left of it travels on for this dialect alone. */
export function readGeneration(config: Members, into: Parameters): Fields {
  for (const [name, neutral] of numbers) set(into, neutral, config.number(name));
  for (const [name, neutral] of integers) set(into, neutral, integerOf(config, name));
  const stop = textsOf(config, 'stopSequences');
  if (stop !== undefined && stop.length > 0) into.stop = stop;
  readLogprobs(config, into);
  set(into, 'reasoning', readThinking(innerMembers(config, 'thinkingConfig')));
  set(into, 'output', readOutput(config));
  return { ...config.rest(), ...modalities(config) };
}

function readLogprobs(config: Members, into: Parameters): void {
  const wanted = config.boolean('responseLogprobs');
  const top = integerOf(config, 'logprobs');
  if (wanted === true) into.logprobs = top === undefined ? {} : { top };
}

/** Thoughts are shown only to those who ask for them. */
function readThinking(config: Members | undefined): ReasoningRequest | undefined {
  if (config === undefined) return undefined;
  const include = config.boolean('includeThoughts') ?? false;
  const budget = integerOf(config, 'thinkingBudget');
  const level = wordOf(config, 'thinkingLevel')?.toLowerCase();
  if (level !== undefined) return { effort: level, include };
  if (budget === 0) return { effort: 'none', include };
  // Below zero it is left to the model.
  return budget === undefined || budget < 0 ? { include } : { budgetTokens: budget, include };
}

const JSON_TYPE = 'application/json';

/** The form the answer is to have. One that no other dialect knows stays where it is, for this one. */
function readOutput(config: Members): OutputFormat | undefined {
  const type = config.peek('responseMimeType');
  const given = config.peek('responseJsonSchema') ?? config.peek('responseSchema');
  if (type === 'text/plain' && given === undefined) {
    config.take('responseMimeType');
    return { type: 'text' };
  }
  if (type !== JSON_TYPE) return undefined;
  config.take('responseMimeType');
  const json = config.fields('responseJsonSchema');
  const own = config.fields('responseSchema');
  const schema = json ?? (own === undefined ? undefined : toJsonSchema(own));
  if (schema === undefined) return { type: 'json' };
  return { type: 'json-schema', name: nameOf(schema.title), schema };
}

/** Other dialects want a name for the schema. */
const nameOf = (title: unknown): string =>
  typeof title === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(title) ? title : 'answer';

/** Text alone is what every model answers with. */
function modalities(config: Members): Fields {
  const asked = textsOf(config, 'responseModalities');
  if (asked === undefined || asked.every(each => each.toUpperCase() === 'TEXT')) return {};
  return { responseModalities: asked };
}
