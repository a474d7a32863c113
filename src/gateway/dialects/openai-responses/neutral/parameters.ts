import type { ChatRequest, OutputFormat, ReasoningRequest } from '../../../../spec/chat/chat-request.ts';
import type { Members } from '../../neutral/members.ts';
import { jsonTypeOf } from '../../neutral/members.ts';
import { wrongType, wrongValue } from '../../request-members.ts';

type Writable<Of> = { -readonly [Member in keyof Of]: Of[Member] };
/** What is read of a request beside its messages and tools. */
export type Parameters = Writable<Omit<ChatRequest, 'messages' | 'stream'>>;

export function set<Name extends keyof Parameters>(
  into: Parameters,
  name: Name,
  value: Parameters[Name] | undefined,
): void {
  if (value !== undefined) into[name] = value;
}

export function readSampling(body: Members, into: Parameters): void {
  set(into, 'temperature', body.number('temperature'));
  set(into, 'topP', body.number('top_p'));
  set(into, 'maxTokens', body.integer('max_output_tokens'));
  set(into, 'parallelToolCalls', body.boolean('parallel_tool_calls'));
  set(into, 'metadata', body.fields('metadata'));
  set(into, 'serviceTier', body.string('service_tier'));
  set(into, 'cacheKey', body.string('prompt_cache_key'));
  // Two names of the caller's user; a safety identifier beside a user travels on by itself.
  set(into, 'user', body.string('user') ?? body.string('safety_identifier'));
}

/** How much is to be thought; an original that says more than that goes into `kept`. */
export function readReasoning(body: Members, kept: Record<string, unknown>): ReasoningRequest | undefined {
  const told = body.peek('reasoning');
  const reasoning = body.members('reasoning');
  if (reasoning === undefined) return undefined;
  const effort = reasoning.string('effort');
  const older = reasoning.string('generate_summary');
  const summary = reasoning.string('summary') ?? older;
  if (reasoning.rest() !== undefined) kept.reasoning = told;
  const asked = { ...(effort !== undefined && { effort }), ...(summary !== undefined && { include: true }) };
  return Object.keys(asked).length === 0 ? undefined : asked;
}

/** `text`: the form of the answer, and how much it says. */
export function readText(body: Members, into: Parameters, kept: Record<string, unknown>): string | undefined {
  const told = body.peek('text');
  const text = body.members('text');
  if (text === undefined) return undefined;
  const verbosity = text.string('verbosity');
  const format = text.members('format');
  if (format !== undefined) into.output = readFormat(format);
  if (format?.rest() !== undefined || text.rest() !== undefined) kept.text = told;
  return verbosity;
}

function readFormat(format: Members): OutputFormat {
  const type = format.required('type', format.string('type'));
  if (type === 'text') return { type: 'text' };
  if (type === 'json_object') return { type: 'json' };
  if (type !== 'json_schema') throw wrongValue(format.at('type'), 'known are text, json_object, json_schema');
  const description = format.string('description');
  const strict = format.boolean('strict');
  return {
    type: 'json-schema',
    name: format.required('name', format.string('name')),
    schema: format.required('schema', format.fields('schema')),
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
  };
}

/** What the answer has anyway, and log probabilities, which are asked for in a member of their own elsewhere. */
const THOUGHTS = 'reasoning.encrypted_content';
const LOGPROBS = 'message.output_text.logprobs';

/** `include` and `top_logprobs`; answers the words of `include` that only this dialect knows. */
export function readInclude(body: Members, into: Parameters): readonly string[] {
  const words = body.array('include') ?? [];
  const wrong = words.findIndex(word => typeof word !== 'string');
  if (wrong >= 0) throw wrongType(`include[${wrong}]`, 'a string', jsonTypeOf(words[wrong]));
  const top = body.integer('top_logprobs');
  if (words.includes(LOGPROBS) || (top ?? 0) > 0) into.logprobs = top === undefined ? {} : { top };
  return (words as readonly string[]).filter(word => word !== THOUGHTS && word !== LOGPROBS);
}
