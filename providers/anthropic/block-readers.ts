import type Anthropic from '@anthropic-ai/sdk';
import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { readMessagesCitation } from '../../src/spec/chat/messages-citation.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts';
import { decodeToolName, JSON_TOOL } from './tool-names.ts';

/** What the blocks of one answer share. */
export interface Answer {
  /** Length of all text so far. */
  textLength: number;
  toolCalls: number;
  /** JSON was given through the tool that stands for it. */
  json: boolean;
}

/** Reads one content block as it comes; a whole block is one that begins with everything. */
export interface BlockReader {
  readonly begin: readonly ChatPart[];
  delta(delta: Fields): readonly ChatPart[];
  end(): readonly ChatPart[];
}

type OpenBlock = (block: Fields, answer: Answer) => BlockReader;

const kinds: Partial<Record<string, OpenBlock>> = {
  text: textReader,
  thinking: thinkingReader,
  redacted_thinking: redactedReader,
  tool_use: toolReader,
} satisfies Partial<Record<Anthropic.ContentBlock['type'], OpenBlock>>;

/** Blocks that have no neutral form (tools of the server and their results, compactions) are kept as they are. */
export const openBlock: OpenBlock = (block, answer) => {
  const type = textOf(block.type);
  const open = (Object.hasOwn(kinds, type) ? kinds[type] : undefined) ?? wholeReader;
  return open(block, answer);
};

function textReader(block: Fields, answer: Answer): BlockReader {
  const start = answer.textLength;
  const citations = listOf(block.citations).filter(isFields);
  const say = (text: string): readonly ChatPart[] => {
    answer.textLength += text.length;
    return text === '' ? [] : [{ type: 'text-delta', choice: 0, text }];
  };
  return {
    begin: say(textOf(block.text)),
    delta: delta => {
      if (delta.type === 'citations_delta' && isFields(delta.citation)) citations.push(delta.citation);
      return say(textOf(delta.text));
    },
    // Citations come before or after their text; only at its end is known how far they reach.
    end: () =>
      citations.map(wire => ({
        type: 'citation',
        choice: 0,
        citation: readMessagesCitation(wire, start, answer.textLength),
      })),
  };
}

function thinkingReader(block: Fields): BlockReader {
  let signature = textOf(block.signature);
  const think = (text: string): readonly ChatPart[] =>
    text === '' ? [] : [{ type: 'reasoning-delta', choice: 0, text }];
  return {
    begin: think(textOf(block.thinking)),
    delta: delta => {
      signature += textOf(delta.signature);
      return think(textOf(delta.thinking));
    },
    end: () => (signature === '' ? [] : [{ type: 'reasoning-proof', choice: 0, source: 'anthropic', signature }]),
  };
}

function redactedReader(block: Fields): BlockReader {
  let encrypted = textOf(block.data);
  return {
    begin: [],
    delta: delta => {
      encrypted += textOf(delta.data);
      return [];
    },
    end: () => (encrypted === '' ? [] : [{ type: 'reasoning-proof', choice: 0, source: 'anthropic', encrypted }]),
  };
}

function toolReader(block: Fields, answer: Answer): BlockReader {
  if (block.name === JSON_TOOL) return jsonReader(block, answer);
  const index = answer.toolCalls++;
  return {
    begin: [toolStart(block, index)],
    ...inputReader(block, text => [{ type: 'tool-input-delta', choice: 0, index, text }]),
  };
}

function toolStart(block: Fields, index: number): ChatPart {
  const { id, name, caller, toolset_name } = block;
  const called = fieldsOf(caller).type === 'direct' ? undefined : caller;
  const kept = Object.entries({ caller: called, toolset_name }).filter(([, value]) => value != null);
  const extra = kept.length === 0 ? {} : { extra: { anthropic: Object.fromEntries(kept) } };
  return { type: 'tool-input-start', choice: 0, index, id: textOf(id), name: decodeToolName(textOf(name)), ...extra };
}

function jsonReader(block: Fields, answer: Answer): BlockReader {
  answer.json = true;
  const say = (text: string): readonly ChatPart[] => {
    answer.textLength += text.length;
    return [{ type: 'text-delta', choice: 0, text }];
  };
  return { begin: [], ...inputReader(block, say) };
}

/** Input comes in pieces, or whole at the beginning; one without members comes as nothing at all. */
function inputReader(block: Fields, say: (text: string) => readonly ChatPart[]): Pick<BlockReader, 'delta' | 'end'> {
  let said = false;
  return {
    delta: delta => {
      const text = textOf(delta.partial_json);
      said ||= text !== '';
      return text === '' ? [] : say(text);
    },
    end: () => (said ? [] : say(JSON.stringify(block.input ?? {}))),
  };
}

function wholeReader(block: Fields): BlockReader {
  const value: Record<string, unknown> = { ...block };
  let input = '';
  return {
    begin: [],
    delta: ({ type, partial_json, ...members }) => {
      input += textOf(partial_json);
      for (const [name, piece] of Object.entries(members)) {
        value[name] = typeof piece === 'string' ? textOf(value[name]) + piece : piece;
      }
      return [];
    },
    end: () => {
      if (input !== '') value.input = JSON.parse(input);
      return [{ type: 'provider-part', choice: 0, dialect: 'anthropic', value }];
    },
  };
}
