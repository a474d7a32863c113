import type { ChatRequest, OutputFormat, ReasoningRequest } from '../../../../spec/chat/chat-request.ts';
import { isFields, jsonTypeOf, type Members } from '../../neutral/members.ts';
import { wrongType, wrongValue } from '../../request-members.ts';

type Writable<Of> = { -readonly [Member in keyof Of]: Of[Member] };
/** What is read of a request beside its messages and tools. */
export type Parameters = Writable<Omit<ChatRequest, 'messages' | 'stream'>>;

/** Members that mean the same in both forms, with their neutral names. */
const numbers = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
] as const;
const integers = [
  ['top_k', 'topK'],
  ['max_tokens', 'maxTokens'],
] as const;

export function readSampling(body: Members, into: Parameters): void {
  for (const [name, neutral] of numbers) set(into, neutral, body.number(name));
  for (const [name, neutral] of integers) set(into, neutral, body.integer(name));
  set(into, 'stop', readStop(body));
  const tier = body.string('service_tier');
  set(into, 'serviceTier', tier === 'standard_only' ? 'default' : tier);
}

export function set<Name extends keyof Parameters>(
  into: Parameters,
  name: Name,
  value: Parameters[Name] | undefined,
): void {
  if (value !== undefined) into[name] = value;
}

function readStop(body: Members): readonly string[] | undefined {
  const texts = body.array('stop_sequences');
  const wrong = texts?.findIndex(text => typeof text !== 'string') ?? -1;
  if (wrong >= 0) throw wrongType(`stop_sequences[${wrong}]`, 'a string', jsonTypeOf(texts![wrong]));
  return texts === undefined || texts.length === 0 ? undefined : (texts as readonly string[]);
}

/** How much is to be thought: `thinking`, and the effort that stands in `output_config`. */
export function readReasoning(body: Members, config: Members | undefined): ReasoningRequest | undefined {
  const effort = config?.string('effort');
  const asked = { ...fromThinking(body.members('thinking')), ...(effort !== undefined && { effort }) };
  return Object.keys(asked).length === 0 ? undefined : asked;
}

function fromThinking(thinking: Members | undefined): ReasoningRequest {
  if (thinking === undefined) return {};
  const type = thinking.required('type', thinking.string('type'));
  const display = thinking.string('display');
  const include = display === undefined ? {} : { include: display !== 'omitted' };
  switch (type) {
    case 'enabled': {
      const budget = thinking.required('budget_tokens', thinking.integer('budget_tokens'));
      return { budgetTokens: budget, ...include };
    }
    case 'adaptive':
      return { include: true, ...include };
    case 'disabled':
    case 'between_tools':
      return { effort: 'none' };
    default:
      throw wrongValue(thinking.at('type'), 'known are enabled, adaptive, disabled, between_tools');
  }
}

/** The form the answer is to have: `output_config.format`, or `output_format` as it was called at first. */
export function readOutput(body: Members, config: Members | undefined): OutputFormat | undefined {
  const older = body.members('output_format');
  const format = config?.members('format') ?? older;
  if (format === undefined) return undefined;
  const type = format.required('type', format.string('type'));
  if (type !== 'json_schema') throw wrongValue(format.at('type'), 'known is json_schema');
  const schema = format.required('schema', format.fields('schema'));
  return { type: 'json-schema', name: nameOf(schema.title), schema };
}

/** Other dialects want a name for the schema. */
const nameOf = (title: unknown): string =>
  typeof title === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(title) ? title : 'answer';

/** The caller's own user. */
export function readUser(metadata: Members | undefined): string | undefined {
  const id = metadata?.take('user_id');
  if (id === undefined || typeof id === 'string') return id;
  throw wrongType('metadata.user_id', 'a string', jsonTypeOf(id));
}

/** What of an object was not understood, under its name. */
export const restOf = (name: string, members: Members | undefined): Readonly<Record<string, unknown>> => {
  const rest = members?.rest();
  return rest !== undefined && isFields(rest) ? { [name]: rest } : {};
};
