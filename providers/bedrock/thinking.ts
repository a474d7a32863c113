import type { ChatRequest, ReasoningRequest } from '../../src/spec/chat/chat-request.ts';
import { wantedThinking } from '../anthropic/given-thinking.ts';
import { wantsThinking } from '../anthropic/thinking.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { ExtraMembers } from './extra-members.ts';
import type { ModelFacts } from './models.ts';
import type { Body, Json, WireMessage } from './wire.ts';

export interface Thinking {
  /** For `additionalModelRequestFields`. */
  readonly modelFields: Json;
  /** For `outputConfig`. */
  readonly effort?: string;
  /** For the thoughts to fit where the caller set no bound. */
  readonly maxTokens?: number;
  readonly thinks: boolean;
  /** Sampling and a bound of the answer are refused beside it. */
  readonly unbounded?: boolean;
}

const FIELD = 'reasoning_effort';
const NONE: Thinking = Object.freeze({ modelFields: {}, thinks: false });

/** What the caller wants thought, in the words of the model. */
export function thinkingOf(
  request: ChatRequest,
  extra: ExtraMembers,
  messages: readonly WireMessage[],
  toolConfig: Body['toolConfig'],
  facts: ModelFacts,
  warn: Warn,
): Thinking {
  if (facts.claude !== null) return claudeThinking(request, extra, messages, toolConfig, facts, warn);
  const { reasoning } = request;
  if (reasoning === undefined) return NONE;
  switch (facts.thinking) {
    case 'reasoning-config':
      return novaThinking(reasoning, request, warn);
    case 'reasoning-effort':
      return effortThinking(reasoning, warn);
    default:
      if (wantsThinking(reasoning)) warn(FIELD, 'dropped', 'How much this model thinks cannot be said here.');
      return NONE;
  }
}

/** Budgets of thought do not go with a forced call, nor with a tool round that began without thoughts. */
function claudeThinking(
  request: ChatRequest,
  { thinking: given }: ExtraMembers,
  messages: readonly WireMessage[],
  toolConfig: Body['toolConfig'],
  { claude }: ModelFacts,
  warn: Warn,
): Thinking {
  const extra = {
    ...(given === undefined ? {} : { thinking: given }),
    outputConfig: {},
    metadata: {},
    rest: {},
    headers: [],
  };
  const wanted = wantedThinking(request, claude!, extra, warn);
  const { thinking, effort, maxTokens } = wanted;
  const choice = toolConfig?.toolChoice ?? {};
  const forced = 'any' in choice || 'tool' in choice;
  if (thinking?.type === 'enabled' && (forced || startedThoughtless(messages))) {
    const cause = forced ? 'while it must call a tool' : 'amid a round of tool calls that it began without thinking';
    warn(FIELD, 'dropped', `This model cannot think ${cause}.`);
    return NONE;
  }
  return {
    modelFields: thinking === undefined ? {} : { thinking },
    ...(effort !== undefined && { effort }),
    ...(maxTokens !== undefined && { maxTokens }),
    thinks: thinking?.type === 'enabled' || thinking?.type === 'adaptive',
  };
}

function startedThoughtless(messages: readonly WireMessage[]): boolean {
  const [answer, results] = messages.slice(-2);
  if (answer?.role !== 'assistant' || results === undefined || !('toolResult' in results.content[0]!)) return false;
  return !('reasoningContent' in answer.content[0]!);
}

const LEVELS = ['low', 'medium', 'high'];
/** Words of other dialects for the nearest level. */
const nearest: Readonly<Record<string, string>> = { none: 'low', minimal: 'low', xhigh: 'high', max: 'high' };

/** A bound in tokens says roughly how hard to think. */
function levelOf({ effort, budgetTokens }: ReasoningRequest, warn: Warn): string {
  if (effort !== undefined && LEVELS.includes(effort)) return effort;
  if (effort !== undefined && Object.hasOwn(nearest, effort)) {
    warn(FIELD, 'clamped', `The nearest effort of this model is ${nearest[effort]}.`);
    return nearest[effort]!;
  }
  if (effort !== undefined) warn(FIELD, 'approximated', 'The effort is not known here; medium takes its place.');
  if (budgetTokens === undefined) return 'medium';
  warn(FIELD, 'approximated', 'This model takes an effort and no bound in tokens.');
  return budgetTokens <= 4_096 ? 'low' : budgetTokens <= 16_384 ? 'medium' : 'high';
}

function warnHidden({ include }: ReasoningRequest, warn: Warn): void {
  if (include === false) warn('reasoning', 'dropped', 'Thoughts cannot be left out of the answer.');
}

/**
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html: off unless asked for. With the highest
 * effort there may be neither a bound of the answer nor sampling; the caller's bound is kept before the effort.
 */
function novaThinking(reasoning: ReasoningRequest, { maxTokens }: ChatRequest, warn: Warn): Thinking {
  if (!wantsThinking(reasoning)) return NONE;
  warnHidden(reasoning, warn);
  let level = levelOf(reasoning, warn);
  if (level === 'high' && maxTokens !== undefined) {
    warn(FIELD, 'clamped', 'The highest effort does not go with a bound of the answer, so it is medium.');
    level = 'medium';
  }
  return {
    modelFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: level } },
    thinks: true,
    unbounded: level === 'high',
  };
}

/** It always thinks. */
function effortThinking(reasoning: ReasoningRequest, warn: Warn): Thinking {
  const asked = wantsThinking(reasoning) || reasoning.effort === 'none' || reasoning.budgetTokens === 0;
  if (!asked) return NONE;
  warnHidden(reasoning, warn);
  return { modelFields: { reasoning_effort: levelOf(reasoning, warn) }, thinks: true };
}
