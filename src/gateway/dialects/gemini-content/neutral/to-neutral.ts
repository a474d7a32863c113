import type { ChatRequest } from '../../../../spec/chat/chat-request.ts';
import { GatewayError } from '../../../../spec/gateway-error.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { dropPrototypes } from '../../neutral/drop-prototypes.ts';
import type { Fields, Members } from '../../neutral/members.ts';
import { wrongValue } from '../../request-members.ts';
import type { ClientPlaces } from './client-fields.ts';
import { readContents, readInstruction } from './contents.ts';
import { ownExtra } from './extra.ts';
import { type Parameters, readGeneration, set } from './generation.ts';
import { readToolConfig, readTools } from './tools.ts';
import { innerMembers, listOf, wireMembers, wordOf } from './wire-members.ts';

export interface NeutralRequest {
  readonly request: ChatRequest;
  readonly warnings: readonly Warning[];
  readonly places: ClientPlaces;
}

/**
 * A request in the dialect of `generateContent` as a neutral one. Members that it has no word for travel on in `extra`.
 * Throws GatewayError `missing_required_parameter`, `invalid_type` or `invalid_value` with the path of the member.
 */
export function toNeutral(value: unknown, stream: boolean): NeutralRequest {
  const warnings: Warning[] = [];
  const body = wireMembers(dropPrototypes(value, warnings), '');
  // The path says it.
  body.take('model');
  refuseCached(body);
  const system = readInstruction(body.take('systemInstruction'));
  const contents = readContents(body.required('contents', listOf(body, 'contents')));
  if (contents.messages.length === 0) throw wrongValue('contents', 'expected at least one content with parts');
  const parameters: Parameters = {};
  const tools = readTools(listOf(body, 'tools') ?? []);
  if (tools.tools.length > 0) parameters.tools = tools.tools;
  const { choice, rest } = readToolConfig(innerMembers(body, 'toolConfig'), warnings);
  set(parameters, 'toolChoice', choice);
  const config = innerMembers(body, 'generationConfig');
  const generation: Fields = config === undefined ? {} : readGeneration(config, parameters);
  set(parameters, 'serviceTier', tierOf(body));
  const extra = ownExtra({ ...body.rest(), ...generation, ...(rest !== undefined && { toolConfig: rest }) });
  return {
    request: { messages: [...system, ...contents.messages], ...parameters, stream, ...(extra && { extra }) },
    warnings,
    places: {
      hasSystem: system.length > 0,
      contents: contents.places,
      tools: tools.places,
      generation: new Set(Object.keys(generation)),
    },
  };
}

/** Without it the model would answer to another prompt. */
function refuseCached(body: Members): void {
  if (body.peek('cachedContent') === undefined) return;
  const message = 'This model cannot read content that is cached at another provider.';
  throw new GatewayError('operation_unsupported', { status: 400, param: 'cachedContent', message });
}

function tierOf(body: Members): string | undefined {
  const tier = wordOf(body, 'serviceTier')?.toLowerCase();
  return tier === 'standard' ? 'default' : tier;
}
