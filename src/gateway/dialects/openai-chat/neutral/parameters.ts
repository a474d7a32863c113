import type { ChatRequest, OutputFormat, ReasoningRequest } from '../../../../spec/chat/chat-request.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { type Fields, isFields, jsonTypeOf, Members } from '../../neutral/members.ts';
import { wrongType, wrongValue } from '../../request-members.ts';

type Writable<Of> = { -readonly [Member in keyof Of]: Of[Member] };
/** What is read of a request beside its messages and tools. */
export type Parameters = Writable<Omit<ChatRequest, 'messages' | 'stream'>>;

/** Members that mean the same in both forms, with their neutral names. */
const numbers = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
  ['frequency_penalty', 'frequencyPenalty'],
  ['presence_penalty', 'presencePenalty'],
] as const;
const integers = [
  ['top_k', 'topK'],
  ['seed', 'seed'],
  ['n', 'choices'],
] as const;
const texts = [
  ['service_tier', 'serviceTier'],
  ['prompt_cache_key', 'cacheKey'],
] as const;

export function readSampling(body: Members, into: Parameters): void {
  for (const [name, neutral] of numbers) set(into, neutral, body.number(name));
  for (const [name, neutral] of integers) set(into, neutral, body.integer(name));
  for (const [name, neutral] of texts) set(into, neutral, body.string(name));
  set(into, 'parallelToolCalls', body.boolean('parallel_tool_calls'));
  set(into, 'metadata', body.fields('metadata'));
  set(into, 'stop', readStop(body));
  set(into, 'logitBias', readBias(body));
  readLogprobs(body, into);
}

function set<Name extends keyof Parameters>(into: Parameters, name: Name, value: Parameters[Name] | undefined): void {
  if (value !== undefined) into[name] = value;
}

/** Two names of one bound; the newer one counts. */
export function readMaxTokens(body: Members, into: Parameters, warnings: Warning[]): void {
  const older = body.integer('max_tokens');
  const newer = body.integer('max_completion_tokens');
  set(into, 'maxTokens', newer ?? older);
  if (older === undefined || newer === undefined || older === newer) return;
  warnings.push({ field: 'max_tokens', action: 'dropped', why: 'max_completion_tokens says the same otherwise.' });
}

/** Two names of the caller's user; a safety identifier beside a user travels on by itself. */
export function readUser(body: Members, into: Parameters): void {
  const user = body.string('user');
  set(into, 'user', user ?? body.string('safety_identifier'));
}

function readStop(body: Members): readonly string[] | undefined {
  const value = body.take('stop');
  if (value === undefined) return undefined;
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) throw wrongType('stop', 'a string or an array of strings', jsonTypeOf(value));
  const wrong = value.findIndex(text => typeof text !== 'string');
  if (wrong >= 0) throw wrongType(`stop[${wrong}]`, 'a string', jsonTypeOf(value[wrong]));
  return value;
}

function readBias(body: Members): Readonly<Record<string, number>> | undefined {
  const bias = body.fields('logit_bias');
  if (bias === undefined) return undefined;
  const numbers = Object.entries(bias).map(([token, value]) => {
    if (typeof value === 'number') return [token, value] as const;
    throw wrongType(`logit_bias.${token}`, 'a number', jsonTypeOf(value));
  });
  return Object.fromEntries(numbers);
}

function readLogprobs(body: Members, into: Parameters): void {
  const wanted = body.boolean('logprobs');
  const top = body.integer('top_logprobs');
  if (wanted === true || (top ?? 0) > 0) into.logprobs = top === undefined ? {} : { top };
}

/** `response_format`; null where the form is another provider's own, to travel on as it is. */
export function readOutput(value: unknown): { readonly output: OutputFormat | null; readonly whole: boolean } {
  const format = new Members(value, 'response_format');
  const type = format.required('type', format.string('type'));
  if (type === 'text') return { output: { type: 'text' }, whole: format.rest() === undefined };
  if (type === 'json_object') return { output: { type: 'json' }, whole: format.rest() === undefined };
  if (type !== 'json_schema') return { output: null, whole: false };
  const inner = format.required('json_schema', format.members('json_schema'));
  const description = inner.string('description');
  const strict = inner.boolean('strict');
  const output: OutputFormat = {
    type: 'json-schema',
    name: inner.string('name') ?? 'response',
    schema: inner.required('schema', inner.fields('schema')),
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
  };
  return { output, whole: inner.rest() === undefined && format.rest() === undefined };
}

/**
 * What `reasoning_effort`, `reasoning` and `thinking` ask for, in the order in which they count. An original that says
 * more than that goes into `kept`.
 */
export function readReasoning(
  body: Members,
  kept: Record<string, unknown>,
  warnings: Warning[],
): ReasoningRequest | undefined {
  const effort = body.string('reasoning_effort');
  const told = body.peek('reasoning');
  const reasoning = body.members('reasoning');
  const thinking = body.peek('thinking');
  const asked: Writable<ReasoningRequest> = {
    ...(isFields(thinking) && fromThinking(thinking)),
    ...(reasoning !== undefined && fromReasoning(reasoning)),
    ...(effort !== undefined && { effort }),
  };
  const other = isFields(told) ? told.effort : undefined;
  if (effort !== undefined && typeof other === 'string' && other !== effort) {
    warnings.push({ field: 'reasoning.effort', action: 'dropped', why: '"reasoning_effort" is given.' });
  }
  if (reasoning?.rest() !== undefined) kept.reasoning = told;
  return Object.keys(asked).length === 0 ? undefined : asked;
}

/** `{ effort, max_tokens, exclude, enabled }`, as OpenRouter has it. */
function fromReasoning(reasoning: Members): ReasoningRequest {
  const effort = reasoning.string('effort');
  const budgetTokens = reasoning.integer('max_tokens');
  const exclude = reasoning.boolean('exclude');
  const enabled = reasoning.boolean('enabled');
  const meant = effort ?? (enabled === false ? 'none' : undefined);
  const bare = enabled === true && meant === undefined && budgetTokens === undefined;
  return {
    ...(meant !== undefined && { effort: meant }),
    // Enabling alone means a medium effort.
    ...(bare && { effort: 'medium' }),
    ...(budgetTokens !== undefined && { budgetTokens }),
    ...(exclude !== undefined && { include: !exclude }),
  };
}

/** `{ type: 'enabled', budget_tokens }`; the object itself travels on for the dialect it is of. */
function fromThinking(thinking: Fields): ReasoningRequest {
  const { type, budget_tokens: budget } = thinking;
  if (type === 'disabled') return { effort: 'none' };
  if (budget === undefined || budget === null) return {};
  if (!Number.isSafeInteger(budget)) throw wrongValue('thinking.budget_tokens', 'expected an integer');
  return { budgetTokens: Number(budget) };
}

/** What a client keeps in `stream_options` beside what the gateway itself answers to. */
export function readStreamOptions(body: Members): Fields | undefined {
  const options = body.members('stream_options');
  options?.take('include_usage');
  return options?.rest();
}
