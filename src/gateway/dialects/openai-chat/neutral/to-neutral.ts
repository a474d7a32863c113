import type { ChatRequest, Tool } from '../../../../spec/chat/chat-request.ts';
import { requestExtensionOwners } from '../../../../spec/chat/foreign-members.ts';
import type { Extra } from '../../../../spec/chat/parts.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { dropPrototypes } from '../../neutral/drop-prototypes.ts';
import { type Fields, isFields, Members } from '../../neutral/members.ts';
import { extraOf } from './extra.ts';
import { readMessages } from './messages.ts';
import {
  type Parameters,
  readMaxTokens,
  readOutput,
  readReasoning,
  readSampling,
  readStreamOptions,
  readUser,
} from './parameters.ts';
import { readFunctions, readToolChoice, readTools, readWebSearch } from './tools.ts';

export interface NeutralRequest {
  readonly request: ChatRequest;
  readonly warnings: readonly Warning[];
  /** The caller uses the older `functions`, so it expects `function_call` in the answer. */
  readonly legacyFunctions: boolean;
}

/**
 * A request in OpenAI's chat dialect as a neutral one. Members that it has no word for travel on in `extra`. Throws
 * GatewayError `missing_required_parameter`, `invalid_type` or `invalid_value` with the path of the member.
 */
export function toNeutral(value: unknown): NeutralRequest {
  const warnings: Warning[] = [];
  const body = new Members(dropPrototypes(value, warnings), '');
  body.take('model');
  const stream = body.boolean('stream') ?? false;
  const messages = readMessages(body.required('messages', body.array('messages')), warnings);
  const parameters: Parameters = {};
  /** Originals that say more than their neutral form does. */
  const kept: Record<string, unknown> = {};
  const legacyFunctions = readToolMembers(body, parameters, kept, warnings);
  readFormat(body, parameters, kept);
  readSampling(body, parameters);
  readMaxTokens(body, parameters, warnings);
  readUser(body, parameters);
  const reasoning = readReasoning(body, kept, warnings);
  if (reasoning !== undefined) parameters.reasoning = reasoning;
  const options = readStreamOptions(body);
  if (options !== undefined) kept.stream_options = options;
  const extra = requestExtra(body, kept);
  return { request: { messages, ...parameters, stream, ...(extra && { extra }) }, warnings, legacyFunctions };
}

/** Tools and the choice among them, in the newer and in the older form. */
function readToolMembers(body: Members, into: Parameters, kept: Record<string, unknown>, warnings: Warning[]): boolean {
  const tools = body.array('tools');
  const functions = body.array('functions');
  const search = readWebSearch(body.fields('web_search_options'));
  const all: readonly Tool[] = [...readTools(tools ?? []), ...readFunctions(functions ?? []), ...search];
  if (all.length > 0) into.tools = all;
  const older = body.take('function_call');
  const newer = body.take('tool_choice');
  if (older !== undefined && newer !== undefined) {
    warnings.push({ field: 'function_call', action: 'dropped', why: '"tool_choice" is given.' });
  }
  const value = newer ?? (isFields(older) ? { type: 'function', function: older } : older);
  if (value !== undefined) {
    const { choice, whole } = readToolChoice(value, older === undefined ? 'tool_choice' : 'function_call');
    into.toolChoice = choice;
    if (!whole) kept.tool_choice = value;
  }
  const legacy = tools === undefined && functions !== undefined;
  // The older answer has room for one call.
  if (legacy) into.parallelToolCalls = false;
  return legacy;
}

function readFormat(body: Members, into: Parameters, kept: Record<string, unknown>): void {
  const value = body.take('response_format');
  if (value === undefined) return;
  const { output, whole } = readOutput(value);
  if (output !== null) into.output = output;
  if (!whole) kept.response_format = value;
}

function requestExtra(body: Members, kept: Fields): Extra | undefined {
  const extra = extraOf(body, {}, requestExtensionOwners);
  if (Object.keys(kept).length === 0) return extra;
  return { ...extra, 'openai-chat': { ...extra?.['openai-chat'], ...kept } };
}
