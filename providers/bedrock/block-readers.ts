import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../anthropic/fields.ts';
import { decodeToolName, JSON_TOOL } from '../anthropic/tool-names.ts';
import { citationOf } from './citation.ts';

/** What the blocks of one answer share. */
export interface Answer {
  /** Length of all text so far. */
  textLength: number;
  toolCalls: number;
  /** JSON was given through the tool that stands for it. */
  json: boolean;
}

/** Reads one content block as it comes; a whole block is one whose pieces come at once. */
export interface BlockReader {
  readonly begin: readonly ChatPart[];
  delta(delta: Fields): readonly ChatPart[];
  end(): readonly ChatPart[];
}

const NOTHING: readonly ChatPart[] = [];

/** Only some blocks have a beginning of their own; the others are known by their first piece. */
export function openBlock(first: Fields, answer: Answer): BlockReader {
  if (isFields(first.toolUse)) return callReader(first.toolUse, answer);
  if ('reasoningContent' in first) return thoughtReader();
  if ('text' in first || 'citation' in first) return textReader(answer);
  return otherReader(first);
}

const say = (text: string, answer: Answer): readonly ChatPart[] => {
  answer.textLength += text.length;
  return text === '' ? NOTHING : [{ type: 'text-delta', choice: 0, text }];
};

function textReader(answer: Answer): BlockReader {
  const start = answer.textLength;
  const citations: Fields[] = [];
  return {
    begin: NOTHING,
    delta: ({ text, citation }) => {
      if (isFields(citation)) citations.push(citation);
      return say(textOf(text), answer);
    },
    // Citations come before or after their text; only at its end is known how far they reach.
    end: () =>
      citations.map(wire => ({ type: 'citation', choice: 0, citation: citationOf(wire, start, answer.textLength) })),
  };
}

/** A signature is Claude's, whoever serves it, and holds at its maker as well; what is encrypted comes as bytes here. */
function thoughtReader(): BlockReader {
  let signature = '';
  let encrypted: Buffer[] = [];
  return {
    begin: NOTHING,
    delta: ({ reasoningContent }) => {
      const piece = fieldsOf(reasoningContent);
      signature += textOf(piece.signature);
      const bytes = textOf(piece.redactedContent);
      if (bytes !== '') encrypted = [...encrypted, Buffer.from(bytes, 'base64')];
      const text = textOf(piece.text);
      return text === '' ? NOTHING : [{ type: 'reasoning-delta', choice: 0, text }];
    },
    end: () => {
      const proofs: ChatPart[] = [];
      if (signature !== '') proofs.push({ type: 'reasoning-proof', choice: 0, source: 'anthropic', signature });
      const bytes = Buffer.concat(encrypted).toString('base64');
      if (bytes !== '') proofs.push({ type: 'reasoning-proof', choice: 0, source: 'bedrock', encrypted: bytes });
      return proofs;
    },
  };
}

function callReader(start: Fields, answer: Answer): BlockReader {
  // A tool that ran at the provider is nothing to answer.
  if (start.type != null) return otherReader({ toolUse: start });
  if (start.name === JSON_TOOL) {
    answer.json = true;
    return { begin: NOTHING, ...inputReader(text => say(text, answer)) };
  }
  const index = answer.toolCalls++;
  const [id, name] = [textOf(start.toolUseId), decodeToolName(textOf(start.name))];
  return {
    begin: [{ type: 'tool-input-start', choice: 0, index, id, name }],
    ...inputReader(text => [{ type: 'tool-input-delta', choice: 0, index, text }]),
  };
}

/** One without members may come as nothing at all. */
function inputReader(give: (text: string) => readonly ChatPart[]): Pick<BlockReader, 'delta' | 'end'> {
  let given = false;
  return {
    delta: ({ toolUse }) => {
      const text = textOf(fieldsOf(toolUse).input);
      given ||= text !== '';
      return text === '' ? NOTHING : give(text);
    },
    end: () => (given ? NOTHING : give('{}')),
  };
}

/** Blocks that have no neutral form (server tools and their results, images) are kept as they are. */
function otherReader(first: Fields): BlockReader {
  const [kind = '', begun] = Object.entries(first)[0] ?? [];
  const members: Record<string, unknown> = { ...fieldsOf(begun) };
  const content: unknown[] = [];
  let input = '';
  return {
    begin: NOTHING,
    delta: delta => {
      const piece = delta[kind];
      if (Array.isArray(piece)) content.push(...listOf(piece));
      const { input: text, ...more } = fieldsOf(piece);
      input += textOf(text);
      Object.assign(members, more);
      return NOTHING;
    },
    end: () => {
      const value = {
        ...members,
        ...(content.length > 0 && { content }),
        ...(input !== '' && { input: JSON.parse(input) as unknown }),
      };
      return [{ type: 'provider-part', choice: 0, dialect: 'bedrock', value: { [kind]: value } }];
    },
  };
}
