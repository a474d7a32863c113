import type OpenAI from 'openai';
import { writeAnnotation } from '../../../../spec/chat/annotations.ts';
import type { AnswerPart, CollectedAnswer, CollectedChoice } from '../../../../spec/chat/collect.ts';
import type { ProviderPart, ReasoningPart, ToolCallPart } from '../../../../spec/chat/parts.ts';
import { writeReasoningDetails } from '../../../../spec/chat/reasoning-details.ts';
import { finishWord } from '../../../../spec/chat/wire-finish.ts';
import { callMark } from './call-mark.ts';
import { joinValues } from './join-values.ts';
import { type ProviderPartJson, providerPartJson } from './provider-parts.ts';
import { usageJson } from './usage-json.ts';
import type { AnswerMessage, ToolCallJson } from './wire.ts';

type Annotation = OpenAI.ChatCompletionMessage.Annotation;

export interface AnswerOptions {
  readonly id: string;
  readonly model: string;
  readonly createdSeconds: number;
  /** The client uses the older `functions`. */
  readonly legacyFunctions?: boolean;
}

/** A whole answer as a `chat.completion`. It is what the stream of the same parts, put together, says. */
export function encodeAnswer(answer: CollectedAnswer, options: AnswerOptions): Buffer {
  return Buffer.from(JSON.stringify(answerJson(answer, options)));
}

export function answerJson(answer: CollectedAnswer, options: AnswerOptions): OpenAI.ChatCompletion {
  const { usage, choices } = answer;
  return {
    id: options.id,
    object: 'chat.completion',
    created: options.createdSeconds,
    model: options.model,
    choices: choices.map(choice => choiceJson(choice, options.legacyFunctions === true)),
    ...(usage !== null && { usage: usageJson(usage) }),
  };
}

function choiceJson(choice: CollectedChoice, legacy: boolean): OpenAI.ChatCompletion.Choice {
  const hasCalls = choice.parts.some(part => part.type === 'tool-call');
  const word = finishWord(choice.finish ?? 'other', hasCalls);
  return {
    index: choice.index,
    message: messageJson(choice, legacy),
    logprobs: logprobsJson(choice.logprobs),
    finish_reason: legacy && word === 'tool_calls' ? 'function_call' : word,
  };
}

const logprobsJson = (values: readonly unknown[]): OpenAI.ChatCompletion.Choice.Logprobs | null =>
  values.length === 0 ? null : (values.reduce(joinValues) as OpenAI.ChatCompletion.Choice.Logprobs);

function messageJson({ parts, logprobs }: CollectedChoice, legacy: boolean): AnswerMessage {
  const { content, thoughts, refusal, calls, annotations, proofs, own, others } = sorted(parts);
  const details = proofs.length === 0 ? [] : writeReasoningDetails(proofs);
  const lists = calls.length + annotations.length + details.length + own.length + others.length + logprobs.length;
  const said = thoughts !== '' || refusal !== '' || lists > 0;
  return {
    role: 'assistant',
    content: content === '' && said ? null : content,
    refusal: refusal === '' ? null : refusal,
    ...(thoughts !== '' && { reasoning_content: thoughts }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...callsJson(calls, legacy),
    ...(annotations.length > 0 && { annotations: annotations as unknown as Annotation[] }),
    ...(others.length > 0 && { provider_parts: others }),
    ...ownJson(own),
  };
}

interface Sorted {
  content: string;
  thoughts: string;
  refusal: string;
  readonly calls: ToolCallPart[];
  readonly annotations: ReturnType<typeof writeAnnotation>[];
  /** Thoughts and calls, which may be signed. */
  readonly proofs: (ReasoningPart | ToolCallPart)[];
  readonly own: ProviderPart[];
  /** Of other dialects. */
  readonly others: ProviderPartJson[];
}

/** The parts by the member of the message that says them. */
function sorted(parts: readonly AnswerPart[]): Sorted {
  const lists = { calls: [], annotations: [], proofs: [], own: [], others: [] };
  const into: Sorted = { content: '', thoughts: '', refusal: '', ...lists };
  let told = 0;
  for (const part of parts) {
    switch (part.type) {
      case 'text':
        into.content += part.text;
        for (const citation of part.citations ?? []) into.annotations.push(writeAnnotation(citation));
        break;
      case 'reasoning':
        told++;
        into.thoughts += part.text;
        into.proofs.push(part);
        break;
      case 'refusal':
        into.refusal += part.text;
        break;
      case 'tool-call':
        into.calls.push(part);
        into.proofs.push(part);
        break;
      case 'provider-part':
        if (part.dialect === 'openai-chat') into.own.push(part);
        else into.others.push(providerPartJson(part, into.content.length, told));
    }
  }
  return into;
}

function callsJson(calls: readonly ToolCallPart[], legacy: boolean): Partial<AnswerMessage> {
  const first = calls[0];
  if (first === undefined) return {};
  if (legacy) return { function_call: { name: first.name, arguments: first.input } };
  return { tool_calls: calls.map(callJson) };
}

function callJson(call: ToolCallPart): ToolCallJson {
  const { id, name, input } = call;
  return call.custom
    ? { id, type: 'custom', custom: { name, input }, ...callMark(call) }
    : { id, type: 'function', function: { name, arguments: input }, ...callMark(call) };
}

/** Members of the message that this dialect alone has: audio, images. They may have come in pieces. */
const ownJson = (parts: readonly ProviderPart[]): Readonly<Record<string, unknown>> =>
  parts.map(part => part.value).reduce<Readonly<Record<string, unknown>>>(joinFields, {});

const joinFields = (
  known: Readonly<Record<string, unknown>>,
  next: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => joinValues(known, next) as Readonly<Record<string, unknown>>;
