import type Anthropic from '@anthropic-ai/sdk';
import type {
  AudioPart,
  Extra,
  Part,
  ProviderPart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../src/spec/chat/parts.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { isFields } from './fields.ts';
import { fileBlock, imageBlock } from './media.ts';
import type { ToolIds } from './tool-ids.ts';
import { encodeToolName } from './tool-names.ts';
import type { Warn } from './warn.ts';

export type Block = Anthropic.ContentBlockParam;

/** Where a part stands in the caller's request, and what its conversion needs to know. */
export interface Place {
  readonly field: string;
  readonly ids: ToolIds;
  readonly warn: Warn;
}

type Convert<Kind extends Part['type']> = (part: Extract<Part, { type: Kind }>, place: Place) => Block | null;

const kinds: { readonly [Kind in Part['type']]: Convert<Kind> } = {
  text: textBlock,
  image: imageBlock,
  file: fileBlock,
  audio: audioBlock,
  reasoning: thoughtBlock,
  'tool-call': callBlock,
  'tool-result': resultBlock,
  refusal: (part, place) => textBlock({ type: 'text', text: part.text }, place),
  'provider-part': ownBlock,
};

/** One part as a content block; null when there is nothing to send. */
export function blockOf(part: Part, place: Place): Block | null {
  const convert = kinds[part.type] as Convert<Part['type']>;
  const block = convert(part as never, place);
  return block === null || !('extra' in part) ? block : withExtra(block, part.extra);
}

/** What the caller wrote for this dialect is put back, but never in place of what the gateway says. */
export const withExtra = <T extends object>(block: T, extra: Extra | undefined): T =>
  extra?.anthropic === undefined ? block : { ...extra.anthropic, ...block };

/** The API refuses text without a visible character. */
function textBlock({ text, citations }: TextPart, { field, warn }: Place): Anthropic.TextBlockParam | null {
  if (text !== '' && text.trim() === '') warn(`${field}.content`, 'dropped', 'Text of white space alone is not taken.');
  const own = (citations ?? []).flatMap(({ extra }) => extra?.anthropic ?? []) as Anthropic.TextCitationParam[];
  if (own.length < (citations?.length ?? 0)) {
    warn(`${field}.annotations`, 'dropped', 'Citations of earlier answers are taken where they are from here.');
  }
  return text.trim() === '' ? null : { type: 'text', text, ...(own.length > 0 && { citations: own }) };
}

/** Answers that another model spoke are left out of the history; what the user says cannot be. */
function audioBlock({ media, transcript }: AudioPart, place: Place): Anthropic.TextBlockParam | null {
  if (transcript) return textBlock({ type: 'text', text: transcript }, place);
  if (media.type === 'id') {
    place.warn(`${place.field}.audio`, 'dropped', 'Spoken answers are not taken.');
    return null;
  }
  const param = `${place.field}.content`;
  throw new GatewayError('operation_unsupported', { status: 400, param, message: 'This model does not take audio.' });
}

/** Only its own proofs mean anything to the model; the thoughts of another one are not its own. */
function thoughtBlock({ text, signature, encrypted, source }: ReasoningPart, { field, warn }: Place): Block | null {
  if (source === 'anthropic' && signature) return { type: 'thinking', thinking: text, signature };
  if (source === 'anthropic' && encrypted) return { type: 'redacted_thinking', data: encrypted };
  const [member, why] =
    encrypted || signature ? ['details', 'of another provider'] : ['content', 'without a signature'];
  warn(`${field}.reasoning_${member}`, 'dropped', `Thoughts ${why} are not taken.`);
  return null;
}

/** Calls of server tools and what they found are blocks of the history like any other. */
function ownBlock({ dialect, value }: ProviderPart, { field, warn }: Place): Block | null {
  if (dialect === 'anthropic') return value as unknown as Block;
  warn(`${field}.content`, 'dropped', `It holds a part of the dialect ${dialect}.`);
  return null;
}

function callBlock(part: ToolCallPart, { field, ids, warn }: Place): Anthropic.ToolUseBlockParam {
  const parsed = part.custom ? undefined : parseInput(part.input);
  if (!isFields(parsed)) warn(`${field}.tool_calls`, 'approximated', 'Input that is no JSON object is put into one.');
  const input = isFields(parsed) ? parsed : { input: parsed ?? part.input };
  return { type: 'tool_use', id: ids.call(part.id), name: encodeToolName(part.name), input };
}

/** Undefined where it is no JSON: models write such inputs, and clients send them back. */
function parseInput(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function resultBlock(part: ToolResultPart, place: Place): Block | null {
  const id = place.ids.result(part.callId);
  if (id !== null) {
    const failed = part.failed ? { is_error: true } : {};
    return { type: 'tool_result', tool_use_id: id, content: resultContent(part, place), ...failed };
  }
  place.warn(`${place.field}.tool_call_id`, 'emulated', 'A result without its call just before is told as text.');
  const text = part.parts.map(inner => (inner.type === 'text' ? inner.text : `(${inner.type})`)).join('\n');
  return { type: 'text', text: `Result of tool call ${part.callId}: ${text}` };
}

function resultContent({ parts }: ToolResultPart, place: Place): Anthropic.ToolResultBlockParam['content'] {
  const [only] = parts;
  if (parts.length === 1 && only!.type === 'text' && only!.extra === undefined) return only!.text;
  return parts.map(part => blockOf(part, place)).filter(block => block !== null) as Anthropic.TextBlockParam[];
}
