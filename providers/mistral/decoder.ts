import type { ChatDecoder, ServerEvent } from '../../src/spec/chat/chat-codec.ts';
import type { ChatPart, StreamError } from '../../src/spec/chat/chat-stream.ts';
import { textOf } from '../openai-chat/answer-fields.ts';
import { OpenaiChatDecoder } from '../openai-chat/decoder.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { type Piece, piecesOf } from './answer-body.ts';
import { toError } from './errors.ts';
import { DIALECT } from './own-members.ts';

/** Decodes one stream, or one whole answer. What is like OpenAI's dialect is read as that. */
export class MistralDecoder implements ChatDecoder {
  readonly #inner = new OpenaiChatDecoder();
  #failed = false;

  get ended(): boolean {
    return this.#inner.ended;
  }

  read(event: ServerEvent): readonly ChatPart[] {
    const data = event.data.trim();
    if (this.ended || !data.startsWith('{')) return this.#inner.read(event);
    const value: unknown = JSON.parse(data);
    if (!isFields(value)) throw new TypeError('an event that is no object');
    return event.type === 'error' ? this.#fail(value) : this.readBody(value);
  }

  /** One chunk or a whole answer. */
  readBody(body: Fields): readonly ChatPart[] {
    if (isError(body)) return this.#fail(body);
    return piecesOf(body).flatMap(piece => this.#piece(piece));
  }

  end(): { readonly parts: readonly ChatPart[]; readonly complete: boolean } {
    const { parts, complete } = this.#inner.end();
    return { parts, complete: complete && !this.#failed };
  }

  #piece({ body, choice, chunk }: Piece): readonly ChatPart[] {
    const parts = this.#inner.readBody(body).map(part => this.#checked(part));
    if (chunk === null || chunk.type === 'text') return parts;
    if (chunk.type !== 'thinking') {
      return [...parts, { type: 'provider-part', choice, dialect: DIALECT, value: chunk }];
    }
    const signature = textOf(chunk.signature);
    if (signature === '') return parts;
    return [...parts, { type: 'reasoning-proof', choice, source: DIALECT, signature }];
  }

  /** An answer that ended by an error did not end. */
  #checked(part: ChatPart): ChatPart {
    if (part.type === 'error') this.#failed = true;
    if (part.type !== 'finish' || part.raw !== 'error') return part;
    this.#failed = true;
    const error: StreamError = { cause: 'server', message: 'The model failed.', type: 'error', code: null };
    return { type: 'error', error };
  }

  #fail(body: Fields): readonly ChatPart[] {
    this.#failed = true;
    const reply = { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    const { cause, message, type, code } = toError(reply);
    return [{ type: 'error', error: { cause, message, type, code } }];
  }
}

const isError = ({ object, choices, error, message, detail }: Fields): boolean =>
  !Array.isArray(choices) && (object === 'error' || [error, message, detail].some(member => member != null));

/** A whole answer. Throws TypeError when it is none. */
export function fromProvider(body: unknown): readonly ChatPart[] {
  if (!isFields(body)) throw new TypeError('an answer that is no object');
  const decoder = new MistralDecoder();
  const parts = decoder.readBody(body);
  const failed = parts.some(part => part.type === 'error');
  if (!failed && !Array.isArray(body.choices)) throw new TypeError('an answer without choices');
  return [...parts, ...decoder.end().parts];
}
