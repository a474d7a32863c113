import { messagesOwner } from '../../../../spec/chat/foreign-members.ts';
import { readMessagesCitation } from '../../../../spec/chat/messages-citation.ts';
import type { Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '../../../../spec/chat/parts.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { type Fields, fieldsAt, isFields, jsonTypeOf, Members } from '../../neutral/members.ts';
import { wrongType, wrongValue } from '../../request-members.ts';
import { withRest } from './extra.ts';
import { readDocument, readImage, readSearchResult } from './media.ts';
import { type Proof, readForeignProof } from './proofs.ts';

/** What reading the blocks of one message leaves behind. */
export interface BlockNotes {
  readonly warnings: Warning[];
  /** Proofs of thoughts behind tool calls, by the call's id. */
  readonly callProofs: Map<string, Proof>;
}

type Reader = (block: Members, notes: BlockNotes) => readonly Part[];

const readers: Readonly<Record<string, Reader>> = {
  text: block => [readText(block)],
  image: block => [readImage(block)],
  document: block => readDocument(block),
  search_result: block => [readSearchResult(block)],
  tool_use: block => [readToolUse(block)],
  tool_result: (block, notes) => [readToolResult(block, notes)],
  thinking: block => [readThinking(block)],
  redacted_thinking: (block, notes) => readRedacted(block, notes),
};

/** Tools that ran at the provider, and what else only one of this dialect can go on with. */
const SERVERS_OWN =
  /^(server_tool_use|mcp_tool_use|\w+_tool_result|tool_reference|container_upload|compaction|fallback|browser_state)$/;

/** The parts of a `content`: a text, or an array of blocks. Throws a 400 that names the block. */
export function readContent(value: unknown, path: string, notes: BlockNotes): readonly Part[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw wrongType(path, 'a string or an array of objects', jsonTypeOf(value));
  const parts: Part[] = [];
  for (const [index, block] of value.entries()) {
    for (const part of readBlock(fieldsAt(block, `${path}[${index}]`), `${path}[${index}]`, notes)) parts.push(part);
  }
  return parts;
}

function readBlock(value: Fields, path: string, notes: BlockNotes): readonly Part[] {
  const block = new Members(value, path);
  const type = block.required('type', block.string('type'));
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (reader !== undefined) return reader(block, notes);
  if (!SERVERS_OWN.test(type)) {
    const known = Object.keys(readers).join(', ');
    throw wrongValue(block.at('type'), `this block cannot be translated; known are ${known}`);
  }
  return [{ type: 'provider-part', dialect: messagesOwner, value }];
}

function readText(block: Members): TextPart {
  const text = block.required('text', block.string('text'));
  const citations = (block.array('citations') ?? []).filter(isFields);
  if (citations.length === 0) return withRest({ type: 'text', text }, block);
  return withRest({ type: 'text', text, citations: citations.map(wire => readMessagesCitation(wire, 0, 0)) }, block);
}

function readToolUse(block: Members): ToolCallPart {
  const id = block.required('id', block.string('id'));
  const name = block.required('name', block.string('name'));
  const input = block.take('input') ?? {};
  return withRest({ type: 'tool-call', id, name, input: JSON.stringify(input) }, block);
}

const isResultContent = (part: Part): part is ToolResultPart['parts'][number] =>
  ['text', 'image', 'file', 'audio', 'provider-part'].includes(part.type);

function readToolResult(block: Members, notes: BlockNotes): ToolResultPart {
  const callId = block.required('tool_use_id', block.string('tool_use_id'));
  const path = block.at('content');
  const parts = readContent(block.take('content'), path, notes);
  if (!parts.every(isResultContent)) throw wrongValue(path, 'a tool result holds texts, images and documents');
  const failed = block.boolean('is_error');
  return withRest({ type: 'tool-result', callId, parts, ...(failed === true && { failed }) }, block);
}

function readThinking(block: Members): ReasoningPart {
  const text = block.string('thinking') ?? '';
  const signature = block.string('signature') ?? '';
  const foreign = readForeignProof(signature);
  if (foreign !== null) return { type: 'reasoning', text, ...foreign };
  return withRest({ type: 'reasoning', text, ...(signature !== '' && { signature, source: messagesOwner }) }, block);
}

function readRedacted(block: Members, notes: BlockNotes): readonly Part[] {
  const data = block.required('data', block.string('data'));
  const foreign = readForeignProof(data);
  if (foreign?.callId !== undefined) {
    notes.callProofs.set(foreign.callId, foreign);
    return [];
  }
  if (foreign !== null) return [{ type: 'reasoning', text: '', ...foreign }];
  return [withRest({ type: 'reasoning', text: '', encrypted: data, source: messagesOwner }, block)];
}
