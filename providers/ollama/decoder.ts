import type { ChatDecoder, ServerEvent } from '../../src/spec/chat/chat-codec.ts';
import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { isFields } from '../openai-chat/options.ts';
import { AnswerReader } from './answer-reader.ts';

const NOTHING: readonly ChatPart[] = [];

/** A whole answer. Throws TypeError when it is none. */
export function fromProvider(body: unknown): readonly ChatPart[] {
  if (!isFields(body)) throw new TypeError('an answer that is no object');
  if (body.error == null && body.done !== true) throw new TypeError('an answer that is not done');
  return new AnswerReader().read(body);
}

/** Decodes one stream, whose last line says that it is done. */
export class OllamaDecoder implements ChatDecoder {
  readonly #answer = new AnswerReader();

  get ended(): boolean {
    return this.#answer.done;
  }

  read({ data }: ServerEvent): readonly ChatPart[] {
    if (this.ended) return NOTHING;
    const line: unknown = JSON.parse(data);
    if (!isFields(line)) throw new TypeError('a line that is no object');
    return this.#answer.read(line);
  }

  end(): { readonly parts: readonly ChatPart[]; readonly complete: boolean } {
    return { parts: NOTHING, complete: this.#answer.done };
  }
}
