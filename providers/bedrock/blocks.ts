import type {
  AudioPart,
  FilePart,
  Part,
  ProviderPart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../src/spec/chat/parts.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { fieldsOf, isFields } from '../anthropic/fields.ts';
import type { ToolIds } from '../anthropic/tool-ids.ts';
import { encodeToolName } from '../anthropic/tool-names.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { DocumentNames } from './document-names.ts';
import { audioBlock, fileBlock, imageBlock } from './media.ts';
import type { ModelFacts } from './models.ts';
import { ownMember } from './own-member.ts';
import type { Block, ToolResult } from './wire.ts';

/** Where a part stands in the caller's request, and what its conversion needs to know. */
export interface Place {
  readonly field: string;
  readonly facts: ModelFacts;
  readonly ids: ToolIds;
  readonly names: DocumentNames;
  readonly warn: Warn;
}

type Convert<Kind extends Part['type']> = (part: Extract<Part, { type: Kind }>, place: Place) => Block | null;

const kinds: { readonly [Kind in Part['type']]: Convert<Kind> } = {
  text: textBlock,
  image: (part, { field }) => imageBlock(part, `${field}.content`),
  file: documentBlock,
  audio: spokenBlock,
  reasoning: thoughtBlock,
  'tool-call': callBlock,
  'tool-result': resultBlock,
  refusal: ({ text }, place) => textBlock({ type: 'text', text }, place),
  'provider-part': ownBlock,
};

/** One part as a content block; null when there is nothing to send. */
export function blockOf(part: Part, place: Place): Block | null {
  const convert = kinds[part.type] as Convert<Part['type']>;
  return convert(part as never, place);
}

/** The API refuses text without a visible character. */
function textBlock({ text, citations, extra }: TextPart, { field, warn }: Place): Block | null {
  if (text !== '' && text.trim() === '') warn(`${field}.content`, 'dropped', 'Text of white space alone is not taken.');
  if (citations?.length) warn(`${field}.annotations`, 'dropped', 'Citations of earlier answers are not taken.');
  if (text.trim() === '') return null;
  const guarded = ownMember(extra, 'guardContent');
  return guarded === undefined ? { text } : { guardContent: { text: { ...fieldsOf(guarded), text } } };
}

function ownBlock({ dialect, value }: ProviderPart, { field, warn }: Place): Block | null {
  if (dialect === 'bedrock') return value as unknown as Block;
  warn(`${field}.content`, 'dropped', `It holds a part of the dialect ${dialect}.`);
  return null;
}

/** Documents may be cited; how is said in the members that Claude's own API has for it as well. */
function documentBlock(part: FilePart, { field, names, warn }: Place): Block {
  const block = fileBlock(part, `${field}.content`, names, warn);
  if (!('document' in block)) return block;
  const { citations, context } = { ...part.extra?.anthropic, ...part.extra?.bedrock };
  return {
    document: { ...block.document, ...(citations != null && { citations }), ...(context != null && { context }) },
  };
}

/** Answers that another model spoke are left out of the history; what the user says cannot be. */
function spokenBlock(part: AudioPart, place: Place): Block | null {
  const { transcript, media } = part;
  const field = `${place.field}.content`;
  if (transcript) return textBlock({ type: 'text', text: transcript }, place);
  if (media.type === 'id') {
    place.warn(`${place.field}.audio`, 'dropped', 'Spoken answers are not taken.');
    return null;
  }
  if (place.facts.audio) return audioBlock(part, field);
  const message = 'This model does not take audio.';
  throw new GatewayError('operation_unsupported', { status: 400, param: field, message });
}

/**
 * Only its own proofs mean anything to a model. Those of Claude hold at whoever serves it; what is encrypted comes as
 * bytes here, so it goes back to where it is from.
 */
function thoughtBlock(part: ReasoningPart, { field, facts, warn }: Place): Block | null {
  const { text, signature, encrypted, source } = part;
  if (facts.proofs && signature && (source === 'anthropic' || source === 'bedrock')) {
    return { reasoningContent: { reasoningText: { text, signature } } };
  }
  if (facts.proofs && encrypted && source === 'bedrock') return { reasoningContent: { redactedContent: encrypted } };
  const [member, why] = encrypted || signature ? ['details', 'of another model'] : ['content', 'without a signature'];
  warn(`${field}.reasoning_${member}`, 'dropped', `Thoughts ${why} are not taken.`);
  return null;
}

function callBlock(part: ToolCallPart, { field, ids, warn }: Place): Block {
  const parsed = part.custom ? undefined : parseInput(part.input);
  if (!isFields(parsed)) warn(`${field}.tool_calls`, 'approximated', 'Input that is no JSON object is put into one.');
  const input = isFields(parsed) ? parsed : { input: parsed ?? part.input };
  return { toolUse: { toolUseId: ids.call(part.id), name: encodeToolName(part.name), input } };
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

function resultBlock(part: ToolResultPart, place: Place): Block {
  const toolUseId = place.ids.result(part.callId);
  if (toolUseId !== null) return { toolResult: result(part, toolUseId, place) };
  place.warn(`${place.field}.tool_call_id`, 'emulated', 'A result without its call just before is told as text.');
  const text = part.parts.map(inner => (inner.type === 'text' ? inner.text : `(${inner.type})`)).join('\n');
  return { text: `Result of tool call ${part.callId}: ${text}` };
}

/** Stands for a result that says nothing, since there must be something. */
const NO_WORDS: Block = { text: '(empty)' };
const FAILED: Block = { text: 'The tool failed.' };

function result({ parts, failed }: ToolResultPart, toolUseId: string, place: Place): ToolResult {
  const blocks = parts.map(part => resultPart(part, place)).filter(block => block !== null);
  const told = failed === true && !place.facts.resultStatus;
  if (told) place.warn(`${place.field}.is_error`, 'emulated', 'That the tool failed is told in words.');
  const content = [...(told ? [FAILED] : []), ...blocks];
  return {
    toolUseId,
    content: content.length === 0 ? [NO_WORDS] : content,
    ...(failed === true && !told && { status: 'error' as const }),
  };
}

function resultPart(part: ToolResultPart['parts'][number], place: Place): Block | null {
  if (part.type !== 'audio' || part.transcript) return blockOf(part, place);
  place.warn(`${place.field}.content`, 'dropped', 'Results of tools hold no audio here.');
  return { text: '(audio)' };
}
