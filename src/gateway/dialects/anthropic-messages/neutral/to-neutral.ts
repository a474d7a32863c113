import type { ChatRequest } from '../../../../spec/chat/chat-request.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { dropPrototypes } from '../../neutral/drop-prototypes.ts';
import { Members } from '../../neutral/members.ts';
import { ownExtra } from './extra.ts';
import { readMessages, readSystem } from './messages.ts';
import { type Parameters, readOutput, readReasoning, readSampling, readUser, restOf, set } from './parameters.ts';
import { readToolChoice, readTools } from './tools.ts';

export interface NeutralRequest {
  readonly request: ChatRequest;
  readonly warnings: readonly Warning[];
  /** The first neutral message is the caller's `system`. */
  readonly hasSystem: boolean;
}

/**
 * A request in the Messages dialect as a neutral one. Members that it has no word for travel on in `extra`. Throws
 * GatewayError `missing_required_parameter`, `invalid_type` or `invalid_value` with the path of the member.
 */
export function toNeutral(value: unknown): NeutralRequest {
  const warnings: Warning[] = [];
  const body = new Members(dropPrototypes(value, warnings), '');
  body.take('model');
  const stream = body.boolean('stream') ?? false;
  const system = readSystem(body.take('system'), warnings);
  const messages = readMessages(body.required('messages', body.array('messages')), warnings);
  const parameters: Parameters = {};
  readToolMembers(body, parameters);
  readSampling(body, parameters);
  const metadata = body.members('metadata');
  const config = body.members('output_config');
  set(parameters, 'user', readUser(metadata));
  set(parameters, 'reasoning', readReasoning(body, config));
  set(parameters, 'output', readOutput(body, config));
  const extra = ownExtra({ ...body.rest(), ...restOf('metadata', metadata), ...restOf('output_config', config) });
  const request = { messages: [...system, ...messages], ...parameters, stream, ...(extra && { extra }) };
  return { request, warnings, hasSystem: system.length > 0 };
}

function readToolMembers(body: Members, into: Parameters): void {
  const tools = readTools(body.array('tools') ?? []);
  if (tools.length > 0) into.tools = tools;
  const value = body.members('tool_choice');
  if (value === undefined) return;
  const { choice, parallel } = readToolChoice(value);
  into.toolChoice = choice;
  set(into, 'parallelToolCalls', parallel);
}
