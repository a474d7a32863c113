import type { ChatRequest } from '../../../../spec/chat/chat-request.ts';
import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Extra } from '../../../../spec/chat/parts.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { dropPrototypes } from '../../neutral/drop-prototypes.ts';
import { type Fields, isFields, Members } from '../../neutral/members.ts';
import { wrongValue } from '../../request-members.ts';
import type { PlacedMessage } from './conversation.ts';
import { readInput } from './items.ts';
import { type Parameters, readInclude, readReasoning, readSampling, readText, set } from './parameters.ts';
import { readToolChoice, readTools } from './tools.ts';

export interface NeutralRequest {
  readonly request: ChatRequest;
  readonly warnings: readonly Warning[];
  /** Where the parts of the request's messages stand in the client's, message by message. */
  readonly places: readonly (readonly string[])[];
  /** The request as it came, whose members an answer repeats. */
  readonly told: Fields;
}

/** Members that OpenAI's chat dialect has as well, with the same meaning. */
const shared = [
  'safety_identifier',
  'prompt_cache_retention',
  'prompt_cache_options',
  'prompt_cache_breakpoints',
  'moderation',
] as const;

/**
 * A request in the Responses dialect as a neutral one. Members that it has no word for travel on in `extra`. Throws
 * GatewayError `missing_required_parameter`, `invalid_type` or `invalid_value` with the path of the member.
 */
export function toNeutral(value: unknown): NeutralRequest {
  const warnings: Warning[] = [];
  const told = dropPrototypes(value, warnings);
  const body = new Members(told, '');
  body.take('model');
  const stream = body.boolean('stream') ?? false;
  refuseKept(body);
  const messages = [...readInstructions(body), ...readInput(body.take('input'))];
  const parameters: Parameters = {};
  /** Originals that say more than their neutral form does. */
  const kept: Record<string, unknown> = {};
  readToolMembers(body, parameters, kept);
  readSampling(body, parameters);
  set(parameters, 'reasoning', readReasoning(body, kept));
  const verbosity = readText(body, parameters, kept);
  const include = readInclude(body, parameters);
  if (include.length > 0) kept.include = include;
  readStored(body, warnings);
  readStreamOptions(body, kept);
  // What happens anyway where it is not said.
  if (body.peek('truncation') === 'disabled') body.take('truncation');
  const chat = { ...sharedMembers(body), ...(verbosity !== undefined && { verbosity }) };
  const extra = extraOf(chat, { ...body.rest(), ...kept });
  return {
    request: { messages: messages.map(({ message }) => message), ...parameters, stream, ...(extra && { extra }) },
    warnings,
    places: messages.map(({ places }) => places),
    told: told as Fields,
  };
}

/** What lives at a provider, and cannot be told to another one. */
function refuseKept(body: Members): void {
  if (body.take('prompt') !== undefined) {
    throw wrongValue('prompt', 'the model of another provider does not know it; send its text');
  }
  // These have been refused unless they say nothing.
  for (const name of ['previous_response_id', 'conversation', 'background']) body.take(name);
}

function readInstructions(body: Members): readonly PlacedMessage[] {
  const text = body.string('instructions');
  if (text === undefined || text === '') return [];
  return [{ message: { role: 'system', parts: [{ type: 'text', text }] }, places: ['instructions'] }];
}

function readToolMembers(body: Members, into: Parameters, kept: Record<string, unknown>): void {
  const tools = readTools(body.array('tools') ?? []);
  if (tools.length > 0) into.tools = tools;
  const value = body.take('tool_choice');
  if (value === undefined) return;
  const { choice, whole } = readToolChoice(value);
  into.toolChoice = choice;
  if (!whole) kept.tool_choice = value;
}

function readStored(body: Members, warnings: Warning[]): void {
  if (body.boolean('store') !== true) return;
  warnings.push({ field: 'store', action: 'dropped', why: 'The answer of this model is not kept.' });
}

/** Nothing is obfuscated here, which is what most callers ask for. */
function readStreamOptions(body: Members, kept: Record<string, unknown>): void {
  const told = body.peek('stream_options');
  const options = body.members('stream_options');
  const obfuscated = options?.boolean('include_obfuscation') === true;
  if (obfuscated || options?.rest() !== undefined) kept.stream_options = told;
}

const sharedMembers = (body: Members): Fields =>
  Object.fromEntries(
    shared.flatMap(name => {
      // Where no user is named, it is the user.
      if (name === 'safety_identifier' && body.peek('user') === undefined) return [];
      const value = body.take(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );

function extraOf(chat: Fields, own: Fields): Extra | undefined {
  const filled = Object.entries({ 'openai-chat': chat, [responsesOwner]: own }).filter(
    ([, members]) => isFields(members) && Object.keys(members).length > 0,
  );
  return filled.length === 0 ? undefined : Object.fromEntries(filled);
}
