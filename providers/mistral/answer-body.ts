import { fieldsOf, indexOf, listOf, textOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { toolCallId } from './tool-ids.ts';

/** One piece of an answer: a body that OpenAI's dialect can read, and the chunk of ours that it holds. */
export interface Piece {
  readonly body: Fields;
  readonly choice: number;
  readonly chunk: Fields | null;
}

/**
 * An answer, or a chunk of a stream, cut so that every entry of a content list stands alone: an entry then keeps its
 * place among the others whatever becomes of it.
 */
export function piecesOf(body: Fields): readonly Piece[] {
  const choices = listOf(body.choices).map(choice => fieldsOf(choice));
  if (choices.every(isPlain)) return [{ body, choice: 0, chunk: null }];
  return choices.flatMap((choice, position) => {
    const index = indexOf(choice.index) ?? position;
    const messages = Array.isArray(choice.messages) ? choice.messages : [messageOf(choice)];
    const pieces = messages.flatMap((message: unknown) => messagePieces(fieldsOf(message), index));
    const { delta: _delta, message: _message, messages: _messages, ...end } = choice;
    return [...pieces, { choice: { ...end, index, delta: {} }, chunk: null }].map(piece => ({
      body: { ...body, choices: [piece.choice] },
      choice: index,
      chunk: piece.chunk,
    }));
  });
}

/** Like OpenAI's: most chunks of most streams. */
const isPlain = (choice: Fields): boolean =>
  !Array.isArray(messageOf(choice).content) && !Array.isArray(choice.messages) && !hasBareCalls(choice);

const messageOf = (choice: Fields): Fields => fieldsOf(choice.delta ?? choice.message);

interface ChoicePiece {
  readonly choice: Fields;
  readonly chunk: Fields | null;
}

function messagePieces(message: Fields, index: number): readonly ChoicePiece[] {
  // What a tool of the provider's own said is no word of the model.
  if (message.role === 'tool') return [{ choice: { index, delta: {} }, chunk: message }];
  const { content, tool_calls, ...rest } = message;
  const entries = Array.isArray(content) ? content : [];
  const said = Array.isArray(content) ? {} : { content };
  return [
    ...entries.map((entry: unknown) => {
      const chunk = typeof entry === 'string' ? { type: 'text', text: entry } : fieldsOf(entry);
      return { choice: { index, delta: { content: [chunk] } }, chunk };
    }),
    { choice: { index, delta: { ...rest, ...said, tool_calls: callsWithIds(tool_calls) } }, chunk: null },
  ];
}

/** Older answers give a call the id `null`, as a word. */
const isBare = (call: Fields): boolean => call.id === 'null' || textOf(call.id) === '';

const hasBareCalls = (choice: Fields): boolean =>
  listOf(messageOf(choice).tool_calls).some(call => isBare(fieldsOf(call)));

/** Every call comes whole, so what it says makes its id. */
const callsWithIds = (calls: unknown): unknown =>
  Array.isArray(calls)
    ? calls.map((call: unknown, position) =>
        isFields(call) && isBare(call) && textOf(fieldsOf(call.function).name) !== ''
          ? { ...call, id: toolCallId(`${position} ${JSON.stringify(call.function)}`) }
          : call,
      )
    : calls;
