import { EventCursor } from '../../sse/event-cursor.ts';
import { type Fields, isFields } from '../neutral/members.ts';
import { thoughtsAsContent } from './thinking-content.ts';

/**
 * Events of a chat stream as clients of Mistral's form of the dialect take them: each call whole and in the event that
 * finishes its choice, usage in that event too and nowhere as null, thoughts as parts of the content. Any other event
 * stays as it is.
 */
export class WholeCalls {
  readonly #cursor = new EventCursor();
  readonly #calls = new Map<unknown, Map<unknown, Fields>>();
  /** Chunks that finish a choice; the last of them is told what was counted. */
  #finished: Fields[] = [];

  /** Complete events in, complete events out; null when there is nothing to say yet. */
  push(stretch: Buffer): Buffer | null {
    const cursor = this.#cursor;
    const out: Buffer[] = [];
    cursor.enter(stretch);
    while (cursor.next()) {
      const { bytes, dataStart, dataEnd, hasData, start, end } = cursor;
      const chunk = hasData ? readChunk(bytes.subarray(dataStart, dataEnd)) : null;
      if (chunk !== null) out.push(...this.#read(chunk).map(eventOf));
      else {
        // The end mark and errors come after what was kept back for the usage.
        if (hasData) out.push(...this.#flush().map(eventOf));
        out.push(stretch.subarray(start, end));
      }
    }
    return out.length === 0 ? null : Buffer.concat(out);
  }

  /** What ends the stream, with what was kept back before it. */
  end(mark: Buffer): Buffer {
    const last = this.push(mark);
    return Buffer.concat([...(last === null ? [] : [last]), ...this.#flush().map(eventOf)]);
  }

  #read(chunk: Chunk): readonly Fields[] {
    const { usage, choices, ...rest } = chunk;
    const counted = isFields(usage) ? { usage } : {};
    if (choices.length === 0) return this.#flush(counted, { ...rest, choices });
    const open = choices.filter(choice => !isFinished(choice)).flatMap(this.#open);
    const closed = choices.filter(isFinished).map(this.#closed);
    const said = open.length === 0 ? [] : [{ ...rest, choices: open }];
    if (closed.length > 0) this.#finished.push({ ...rest, choices: closed });
    return 'usage' in counted ? [...said, ...this.#flush(counted, { ...rest, choices: [] })] : said;
  }

  /** A choice without the pieces of its calls, which are kept; none where it had nothing else to say. */
  readonly #open = (choice: Fields): readonly Fields[] => {
    const { delta, ...rest } = choice;
    if (!isFields(delta)) return [choice];
    const { tool_calls: calls, ...other } = delta;
    if (!Array.isArray(calls)) return [{ ...rest, delta: thoughtsAsContent(other) }];
    this.#keep(choice.index, calls);
    return Object.values(other).some(value => value !== null && value !== '')
      ? [{ ...rest, delta: thoughtsAsContent(other) }]
      : [];
  };

  readonly #closed = (choice: Fields): Fields => {
    const delta = isFields(choice.delta) ? choice.delta : {};
    const { tool_calls: calls, ...other } = delta;
    if (Array.isArray(calls)) this.#keep(choice.index, calls);
    const whole = [...(this.#calls.get(choice.index)?.values() ?? [])];
    this.#calls.delete(choice.index);
    return {
      ...choice,
      delta: { ...thoughtsAsContent(other), ...(whole.length > 0 && { tool_calls: whole }) },
    };
  };

  #keep(choice: unknown, pieces: readonly unknown[]): void {
    const calls = this.#calls.get(choice) ?? new Map<unknown, Fields>();
    this.#calls.set(choice, calls);
    for (const piece of pieces) {
      // Some servers leave the index out and send each call whole.
      if (isFields(piece)) {
        const key = piece.index ?? piece.id;
        calls.set(key, joined(calls.get(key), piece));
      }
    }
  }

  #flush(counted: Fields = {}, otherwise: Fields | null = null): readonly Fields[] {
    const finished = this.#finished;
    this.#finished = [];
    const last = finished.pop() ?? (Object.keys(counted).length > 0 ? otherwise : null);
    return last === null ? finished : [...finished, { ...last, ...counted }];
  }
}

/** Some servers write the empty text until there is a reason. */
const isFinished = ({ finish_reason: reason }: Fields): boolean => typeof reason === 'string' && reason !== '';

type Chunk = Fields & { readonly choices: readonly Fields[] };

const isChunk = (value: unknown): value is Chunk =>
  isFields(value) && Array.isArray(value.choices) && value.choices.every(isFields);

function readChunk(data: Buffer): Chunk | null {
  const text = data.toString();
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isChunk(value) ? value : null;
  } catch {
    // Whoever read the stream let it pass; what it means is the client's to say.
    return null;
  }
}

const eventOf = (chunk: Fields): Buffer => Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);

/** Names come once, what a call is given comes in pieces. */
function joined(call: Fields | undefined, piece: Fields): Fields {
  if (call === undefined) return piece;
  const inner = isFields(call.function) ? call.function : {};
  const more = isFields(piece.function) ? piece.function : {};
  const input = `${textOf(inner.arguments)}${textOf(more.arguments)}`;
  return { ...piece, ...call, function: { ...more, ...inner, arguments: input } };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
