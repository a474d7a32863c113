import type Anthropic from '@anthropic-ai/sdk';
import type { EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { type Conversation, conversationOf } from './conversation.ts';
import { type ExtraMembers, extraMembers } from './extra-members.ts';
import { textOf } from './fields.ts';
import { warnForeign } from './foreign.ts';
import { wantedThinking } from './given-thinking.ts';
import { type JsonOutput, jsonOutput } from './json-output.ts';
import { type ModelFacts, modelFacts } from './models.ts';
import { samplingOf } from './sampling.ts';
import { type Thinking, wantsThinking } from './thinking.ts';
import { toolChoiceOf } from './tool-choice.ts';
import { toolsOf } from './tools.ts';
import { warnUnsupported } from './unsupported.ts';
import { type Warn, warnings } from './warn.ts';

type Body = Anthropic.MessageCreateParams;

/** A chat request as a request of the Messages API: https://platform.claude.com/docs/en/api/messages */
export function toProvider(request: ChatRequest, model: string): EncodedRequest {
  const { warn, all } = warnings();
  const facts = modelFacts(model);
  const extra = extraMembers(request, warn);
  const conversation = conversationOf(request.messages, mayPrefill(request, facts, extra), warn);
  const output = jsonOutput(request.output, facts, mayForce(request, facts, extra), warn);
  const tools = toolMembers(request, output, facts, warn);
  const thinking = thinkingMembers(request, facts, extra, conversation, tools, warn);
  const thinks = thinking.thinking?.type === 'enabled' || thinking.thinking?.type === 'adaptive';
  warnUnsupported(request, warn);
  warnForeign(request, warn);
  const body: Body = {
    model,
    max_tokens: request.maxTokens ?? thinking.maxTokens ?? facts.maxTokens,
    ...systemMember(conversation, output),
    messages: [...conversation.messages],
    ...tools,
    ...(thinking.thinking === undefined ? {} : { thinking: thinking.thinking }),
    ...outputConfig(output, thinking, extra),
    ...samplingOf(request, facts, thinks, warn),
    ...stopMember(request, warn),
    ...metadataMember(request, extra),
    ...tierMember(request, warn),
    stream: request.stream,
  };
  return { body: { ...extra.rest, ...body }, warnings: all, headers: extra.headers };
}

/** An answer that is thought about or held to a schema begins at its beginning. */
function mayPrefill({ reasoning, output }: ChatRequest, facts: ModelFacts, { thinking }: ExtraMembers): boolean {
  const thinks = thinking === undefined ? wantsThinking(reasoning) : thinking.type !== 'disabled';
  return facts.prefill && !thinks && output?.type !== 'json-schema';
}

/** A forced call excludes budgets of thought, and a call that the caller forces excludes ours. */
function mayForce(request: ChatRequest, facts: ModelFacts, { thinking }: ExtraMembers): boolean {
  if (request.toolChoice?.type === 'tool' || request.toolChoice?.type === 'none') return false;
  if (thinking !== undefined) return thinking.type === 'disabled';
  return facts.thinking === 'none' || !wantsThinking(request.reasoning);
}

type ToolMembers = Pick<Body, 'tools' | 'tool_choice'>;

function toolMembers(request: ChatRequest, output: JsonOutput, facts: ModelFacts, warn: Warn): ToolMembers {
  const own = toolsOf(request, facts, warn);
  const choice = toolChoiceOf(request, own.length > 0, facts, warn);
  const { tool } = output;
  if (tool === undefined) return { ...(own.length > 0 && { tools: own }), ...(choice && { tool_choice: choice }) };
  if (own.length === 0) return { tools: [tool], tool_choice: { type: 'tool', name: tool.name } };
  if (request.toolChoice?.type === 'required') {
    warn('tool_choice', 'approximated', 'The model must call a tool or answer in JSON; it decides which.');
  }
  return { tools: [...own, tool], tool_choice: { type: 'any', disable_parallel_tool_use: true } };
}

/** Budgets of thought do not go with a forced call, nor with a tool round that began without thoughts. */
function thinkingMembers(
  request: ChatRequest,
  facts: ModelFacts,
  extra: ExtraMembers,
  { messages }: Conversation,
  { tool_choice }: ToolMembers,
  warn: Warn,
): Thinking {
  const wanted = wantedThinking(request, facts, extra, warn);
  if (wanted.thinking?.type !== 'enabled') return wanted;
  const forced = tool_choice?.type === 'any' || tool_choice?.type === 'tool';
  if (!forced && !startedThoughtless(messages)) return wanted;
  const cause = forced ? 'while it must call a tool' : 'amid a round of tool calls that it began without thinking';
  warn('reasoning_effort', 'dropped', `This model cannot think ${cause}.`);
  return {};
}

function startedThoughtless(messages: readonly Anthropic.MessageParam[]): boolean {
  const [answer, results] = messages.slice(-2);
  const first = (message: Anthropic.MessageParam | undefined) =>
    Array.isArray(message?.content) ? message.content[0]?.type : undefined;
  if (answer?.role !== 'assistant' || first(results) !== 'tool_result') return false;
  return first(answer) !== 'thinking' && first(answer) !== 'redacted_thinking';
}

function systemMember({ system }: Conversation, { instruction }: JsonOutput): Pick<Body, 'system'> {
  const asked = instruction === undefined ? [] : [{ type: 'text', text: instruction } as const];
  return system.length + asked.length === 0 ? {} : { system: [...system, ...asked] };
}

function outputConfig({ format }: JsonOutput, { effort }: Thinking, extra: ExtraMembers): Pick<Body, 'output_config'> {
  const config = { ...(format && { format }), ...(effort && { effort }), ...extra.outputConfig };
  return Object.keys(config).length === 0 ? {} : { output_config: config as Anthropic.OutputConfig };
}

function stopMember({ stop }: ChatRequest, warn: Warn): Pick<Body, 'stop_sequences'> {
  const visible = (stop ?? []).filter(text => text.trim() !== '');
  if (visible.length < (stop?.length ?? 0)) warn('stop', 'dropped', 'A stop sequence of white space is not taken.');
  return visible.length === 0 ? {} : { stop_sequences: visible };
}

function metadataMember({ user, metadata }: ChatRequest, extra: ExtraMembers): Pick<Body, 'metadata'> {
  const id = user ?? textOf(metadata?.user_id);
  const members = { ...(id === '' ? {} : { user_id: id }), ...extra.metadata };
  return Object.keys(members).length === 0 ? {} : { metadata: members };
}

const tiers: Readonly<Record<string, Body['service_tier']>> = {
  auto: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
};

function tierMember({ serviceTier }: ChatRequest, warn: Warn): Pick<Body, 'service_tier'> {
  if (serviceTier === undefined) return {};
  const tier = Object.hasOwn(tiers, serviceTier) ? tiers[serviceTier] : undefined;
  if (tier !== undefined) return { service_tier: tier };
  if (serviceTier === 'priority') {
    warn('service_tier', 'approximated', 'Priority is used where the account has it.');
    return { service_tier: 'auto' };
  }
  warn('service_tier', 'dropped', 'This provider does not have this tier.');
  return {};
}
