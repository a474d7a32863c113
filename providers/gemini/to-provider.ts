import type { Content, Tool as WireTool } from '@google/genai';
import type { EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { conversationOf } from './conversation.ts';
import { type ExtraMembers, extraMembers } from './extra-members.ts';
import type { Fields } from './fields.ts';
import { type JsonOutput, jsonOutput } from './json-output.ts';
import { type ModelFacts, modelFacts } from './models.ts';
import { samplingOf } from './sampling.ts';
import { type Thinking, thinkingOf } from './thinking.ts';
import { callingConfig } from './tool-choice.ts';
import { toolsOf, type WireTools } from './tools.ts';
import { warnUnsupported } from './unsupported.ts';
import { type Warn, warnings } from './warn.ts';

/** The body of generateContent and streamGenerateContent: https://ai.google.dev/api/generate-content */
interface Body {
  readonly contents: readonly Content[];
  readonly systemInstruction?: Content;
  readonly tools?: readonly WireTool[];
  readonly toolConfig?: Fields;
  readonly generationConfig?: Fields;
  readonly serviceTier?: string;
}

export function toProvider(request: ChatRequest, model: string): EncodedRequest {
  const { warn, all } = warnings();
  const facts = modelFacts(model);
  const extra = extraMembers(request, warn);
  const { system, contents } = conversationOf(request.messages, facts, warn);
  const wireTools = toolsOf(request, warn);
  const output = jsonOutput(request.output, facts.jsonWithTools || wireTools.tools.length === 0, warn);
  const instructions = output.instruction === undefined ? system : [...system, { text: output.instruction }];
  const generationConfig = generationOf(request, facts, output, extra, warn);
  const toolConfig = toolConfigOf(request, wireTools, facts, extra, warn);
  warnUnsupported(request, warn);
  const body: Body = {
    contents,
    ...(instructions.length > 0 && { systemInstruction: { parts: [...instructions] } }),
    ...(wireTools.tools.length > 0 && { tools: wireTools.tools }),
    ...(Object.keys(toolConfig).length > 0 && { toolConfig }),
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
    ...tierOf(request, warn),
  };
  return { body: { ...extra.rest, ...body }, warnings: all };
}

function generationOf(
  request: ChatRequest,
  facts: ModelFacts,
  { config }: JsonOutput,
  { generationConfig }: ExtraMembers,
  warn: Warn,
): Fields {
  return {
    ...generationConfig,
    ...samplingOf(request, facts, warn),
    ...config,
    ...thinkingMember(request, facts, generationConfig, warn),
  };
}

/** The caller's own words for it, in this dialect, count more than an effort. */
function thinkingMember(
  { reasoning }: ChatRequest,
  facts: ModelFacts,
  { thinkingConfig }: Fields,
  warn: Warn,
): { readonly thinkingConfig?: Thinking } {
  if (thinkingConfig !== undefined) {
    if (reasoning !== undefined) warn('reasoning_effort', 'dropped', 'The thinking_config of the request says it.');
    return {};
  }
  const thinking = thinkingOf(reasoning, facts, warn);
  return thinking === undefined ? {} : { thinkingConfig: thinking };
}

/** Newer models want to be told that tools of both kinds come together. */
function toolConfigOf(
  request: ChatRequest,
  tools: WireTools,
  facts: ModelFacts,
  extra: ExtraMembers,
  warn: Warn,
): Fields {
  const config = callingConfig(request, tools, warn);
  const mixed = tools.functions && tools.own && facts.jsonWithTools;
  return {
    ...(mixed && { includeServerSideToolInvocations: true }),
    ...extra.toolConfig,
    ...(config !== undefined && { functionCallingConfig: config }),
  };
}

const tiers: Readonly<Record<string, string | null>> = {
  auto: null,
  default: 'standard',
  standard: 'standard',
  flex: 'flex',
  priority: 'priority',
};

function tierOf({ serviceTier }: ChatRequest, warn: Warn): Pick<Body, 'serviceTier'> {
  if (serviceTier === undefined) return {};
  const tier = Object.hasOwn(tiers, serviceTier) ? tiers[serviceTier] : undefined;
  if (tier === undefined) warn('service_tier', 'dropped', 'This provider does not have this tier.');
  return tier ? { serviceTier: tier } : {};
}
