import type { EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { isFields } from '../anthropic/fields.ts';
import { wantsThinking } from '../anthropic/thinking.ts';
import { warnings } from '../anthropic/warn.ts';
import { type Conversation, conversationOf } from './conversation.ts';
import { type ExtraMembers, extraMembers } from './extra-members.ts';
import { warnForeign } from './foreign.ts';
import { type Inference, inferenceOf } from './inference.ts';
import { type JsonOutput, jsonOutput } from './json-output.ts';
import { type ModelFacts, modelFacts } from './models.ts';
import { requestMetadata } from './request-metadata.ts';
import { type Thinking, thinkingOf } from './thinking.ts';
import { type ToolConfig, toolConfigOf } from './tool-config.ts';
import { serviceTier, warnUnsupported } from './unsupported.ts';
import type { Body, Json } from './wire.ts';

/** A chat request as one of Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export function toProvider(request: ChatRequest, model: string): EncodedRequest {
  const { warn, all } = warnings();
  const facts = modelFacts(model);
  const extra = extraMembers(request, facts, warn);
  const thinksAnyhow = mayThink(request, facts, extra);
  const conversation = conversationOf(request, mayPrefill(request, facts, thinksAnyhow), facts, warn);
  const output = jsonOutput(request, mayForce(request, thinksAnyhow), facts, warn);
  const tools = toolConfigOf(request, conversation.messages, output, facts, warn);
  const thinking = thinkingOf(request, extra, conversation.messages, tools.toolConfig, facts, warn);
  const inference = inferenceOf(request, thinking, facts, warn);
  warnUnsupported(request, warn);
  warnForeign(request, warn);
  const body: Body = {
    ...systemMember(conversation, output, tools),
    messages: conversation.messages,
    ...given('inferenceConfig', inference.inferenceConfig),
    ...(tools.toolConfig === undefined ? {} : { toolConfig: tools.toolConfig }),
    ...given(
      'additionalModelRequestFields',
      merged(extra.modelFields, thinking.modelFields, inference.modelFields, tools.modelFields ?? {}),
    ),
    ...responsePaths(inference, extra, facts),
    ...given('outputConfig', outputConfig(output, thinking)),
    ...serviceTier(request, warn),
    ...requestMetadata(request, extra, warn),
  };
  return { body: { ...extra.rest, ...body }, warnings: all };
}

/** Where Claude says which stop sequence ended its answer; the API's own words are the same for all of them. */
const STOPPED = '/stop_sequence';

function responsePaths({ inferenceConfig }: Inference, { rest }: ExtraMembers, { claude }: ModelFacts) {
  if (claude === null || !('stopSequences' in inferenceConfig)) return {};
  const { additionalModelResponseFieldPaths: own } = rest;
  return { additionalModelResponseFieldPaths: [...new Set([...(Array.isArray(own) ? own : []), STOPPED])] };
}

const given = <Name extends string>(name: Name, members: Json) =>
  Object.keys(members).length === 0 ? {} : { [name]: members };

function mayThink({ reasoning }: ChatRequest, facts: ModelFacts, { thinking }: ExtraMembers): boolean {
  if (facts.claude === null) return facts.thinking !== 'none' && wantsThinking(reasoning);
  if (thinking !== undefined) return thinking.type !== 'disabled';
  return facts.claude.thinking !== 'none' && wantsThinking(reasoning);
}

/** An answer that is thought about or held to a schema begins at its beginning. Only Claude continues one at all. */
const mayPrefill = ({ output }: ChatRequest, { claude }: ModelFacts, thinks: boolean): boolean =>
  claude?.prefill === true && !thinks && output?.type !== 'json-schema';

/** A forced call excludes thoughts, and a call that the caller forces excludes ours. */
const mayForce = ({ toolChoice }: ChatRequest, thinks: boolean): boolean =>
  !thinks && toolChoice?.type !== 'tool' && toolChoice?.type !== 'none';

function systemMember({ system }: Conversation, output: JsonOutput, tools: ToolConfig): Pick<Body, 'system'> {
  const asked = [output.instruction, tools.instruction].flatMap(text => (text === undefined ? [] : [{ text }]));
  return system.length + asked.length === 0 ? {} : { system: [...system, ...asked] };
}

const outputConfig = ({ textFormat }: JsonOutput, { effort }: Thinking): Json => ({
  ...(textFormat && { textFormat }),
  ...(effort && { effort }),
});

/** Later ones win; in `inferenceConfig`, where several say something, member by member. */
function merged(...all: readonly Json[]): Json {
  const inner = all.flatMap(fields => (isFields(fields.inferenceConfig) ? [fields.inferenceConfig] : []));
  const inferenceConfig = inner.length === 0 ? {} : { inferenceConfig: Object.assign({}, ...inner) as Json };
  return Object.assign({}, ...all, inferenceConfig) as Json;
}
