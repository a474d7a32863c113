import type { ChatDecoder, ServerEvent } from '../../src/spec/chat/chat-codec.ts';
import type { ChatPart, StreamError } from '../../src/spec/chat/chat-stream.ts';
import { findUsage, type ReadUsage, readUsage } from '../../src/spec/chat/openai-usage.ts';
import type { Citation } from '../../src/spec/chat/parts.ts';
import { openaiFailure } from '../openai-failure.ts';
import { fieldsOf, indexOf, listOf, textOf } from './answer-fields.ts';
import { ChoiceDecoder } from './choice-decoder.ts';
import { type Fields, isFields } from './options.ts';

const DONE = '[DONE]';

/** Decodes one stream, or one whole answer, of any server of the dialect. */
export class OpenaiChatDecoder implements ChatDecoder {
  ended = false;
  #begun = false;
  #id = '';
  #failed = false;
  #usage: ReadUsage = { usage: null, flags: '' };
  #told = false;
  readonly #choices = new Map<number, ChoiceDecoder>();
  /** Addresses of sources that stand beside the choices, repeated with every chunk. */
  readonly #sources = new Set<string>();

  read(event: ServerEvent): readonly ChatPart[] {
    const data = event.data.trim();
    if (data === '' || this.ended) return [];
    if (data === DONE) {
      this.ended = true;
      return [];
    }
    if (event.type === 'error') return this.#fail(data);
    const value: unknown = JSON.parse(data);
    if (!isFields(value)) throw new TypeError('an event that is no object');
    return this.readBody(value);
  }

  /** One chunk or a whole answer. */
  readBody(body: Fields): readonly ChatPart[] {
    if (body.error !== undefined && body.error !== null && !Array.isArray(body.choices)) {
      return this.#fail(JSON.stringify(body));
    }
    const counted = findUsage(body);
    // A placeholder after a count takes nothing back.
    const read = counted === null ? null : readUsage(counted);
    if (read !== null && (read.usage !== null || read.flags !== '')) this.#usage = read;
    return [
      ...this.#start(body),
      ...this.#sourcesOf(body),
      ...listOf(body.choices).flatMap((choice, position) => this.#choice(choice, position)),
    ];
  }

  end(): { readonly parts: readonly ChatPart[]; readonly complete: boolean } {
    const choices = [...this.#choices.values()];
    const finished = choices.length > 0 && choices.every(choice => choice.finished);
    const complete = !this.#failed && (this.ended || finished);
    if (this.#told) return { parts: [], complete };
    this.#told = true;
    const { usage, flags } = this.#usage;
    return { parts: [{ type: 'usage', usage, ...(flags !== '' && { flags }) }], complete };
  }

  #start(body: Fields): readonly ChatPart[] {
    if (this.#begun) return [];
    this.#id = textOf(body.id);
    // What a filter said of the prompt may stand in front, with an empty id and model and the time 0.
    if (this.#id === '' && listOf(body.choices).length === 0) return [];
    this.#begun = true;
    const created = indexOf(body.created);
    return [
      {
        type: 'start',
        ...(this.#id !== '' && { id: this.#id }),
        ...(textOf(body.model) !== '' && { model: textOf(body.model) }),
        ...(created !== null && { createdSeconds: created }),
      },
    ];
  }

  #choice(value: unknown, position: number): readonly ChatPart[] {
    if (!isFields(value)) throw new TypeError('a choice that is no object');
    const index = indexOf(value.index) ?? position;
    const known = this.#choices.get(index) ?? new ChoiceDecoder(index, () => this.#id);
    this.#choices.set(index, known);
    return known.read(value);
  }

  /** `search_results` with titles, else `citations`, which are addresses alone; both of the first choice. */
  #sourcesOf(body: Fields): readonly ChatPart[] {
    const results = listOf(body.search_results).map(result => fieldsOf(result));
    const citations: Citation[] = [
      ...results.map(({ url, title, snippet }) => ({
        url: textOf(url),
        ...(textOf(title) !== '' && { title: textOf(title) }),
        ...(textOf(snippet) !== '' && { quote: textOf(snippet) }),
      })),
      ...listOf(body.citations).map(url => ({ url: textOf(url) })),
    ];
    return citations.flatMap(citation => {
      const url = citation.url ?? '';
      if (url === '' || this.#sources.has(url)) return [];
      this.#sources.add(url);
      return [{ type: 'citation', choice: 0, citation }];
    });
  }

  #fail(data: string): readonly ChatPart[] {
    this.#failed = true;
    return [{ type: 'error', error: streamError(data) }];
  }
}

function streamError(data: string): StreamError {
  const { cause, message, type, code } = openaiFailure({ status: 200, headers: {}, body: Buffer.from(data) });
  return { cause, message, type, code };
}
