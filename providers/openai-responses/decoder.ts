import type { ChatDecoder, ServerEvent } from '../../src/spec/chat/chat-codec.ts';
import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import type { ReadUsage } from '../../src/spec/chat/openai-usage.ts';
import { readResponsesEnding, readResponsesFailure } from '../../src/spec/chat/responses-failure.ts';
import { readResponsesUsage } from '../../src/spec/chat/responses-usage.ts';
import { fieldsOf, indexOf, listOf, textOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { type AnswerState, ItemReader } from './item-reader.ts';

type Read = (item: ItemReader, event: Fields) => readonly ChatPart[];

const at = (event: Fields, name: string): number => indexOf(event[name]) ?? 0;

/** Events of one item, by their type. What only tells how far a tool of the provider's is has no part. */
const itemEvents: Readonly<Record<string, Read>> = {
  'response.output_item.added': (item, event) => item.begin(fieldsOf(event.item)),
  'response.output_item.done': (item, event) => item.end(fieldsOf(event.item)),
  'response.output_text.delta': (item, event) =>
    item.text(at(event, 'content_index'), textOf(event.delta), event.logprobs),
  'response.output_text.annotation.added': (item, event) => item.citation(at(event, 'content_index'), event.annotation),
  'response.refusal.delta': (item, event) => item.refusal(at(event, 'content_index'), textOf(event.delta)),
  'response.reasoning_summary_text.delta': (item, event) =>
    item.thought('summary', at(event, 'summary_index'), textOf(event.delta)),
  'response.reasoning_text.delta': (item, event) =>
    item.thought('content', at(event, 'content_index'), textOf(event.delta)),
  'response.function_call_arguments.delta': (item, event) => item.input(textOf(event.delta)),
  'response.custom_tool_call_input.delta': (item, event) => item.input(textOf(event.delta)),
};

/** Decodes one stream, or one whole answer. */
export class ResponsesDecoder implements ChatDecoder {
  ended = false;
  #begun = false;
  #complete = false;
  #usage: ReadUsage = { usage: null, flags: '' };
  #told = false;
  readonly #state: AnswerState = { calls: 0, searches: 0, textLength: 0 };
  readonly #items = new Map<number, ItemReader>();

  read(event: ServerEvent): readonly ChatPart[] {
    const data = event.data.trim();
    if (data === '' || data === '[DONE]' || this.ended) return [];
    const value: unknown = JSON.parse(data);
    if (!isFields(value)) throw new TypeError('an event that is no object');
    const type = textOf(value.type) || event.type;
    const read = Object.hasOwn(itemEvents, type) ? itemEvents[type] : undefined;
    if (read !== undefined) return read(this.#item(at(value, 'output_index')), value);
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        return this.#start(fieldsOf(value.response));
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        return this.readResponse(fieldsOf(value.response), value);
      case 'error':
        return this.#fail(value);
      default:
        // Without a type of its own, it is what servers send in place of a stream.
        return value.type === undefined && isFields(value.error) ? this.#fail(value) : [];
    }
  }

  /** The response as it is at its end. `said`: what tells of an error. */
  readResponse(response: Fields, said: Fields = response): readonly ChatPart[] {
    const read = readResponsesUsage(response.usage);
    if (read.usage !== null || read.flags !== '') this.#usage = read;
    const start = this.#start(response);
    if (response.status === 'failed' || said.type === 'response.failed') return [...start, ...this.#fail(said)];
    const parts = listOf(response.output).flatMap((item, index) => this.#item(index).end(fieldsOf(item)));
    this.ended = true;
    this.#complete = true;
    const ending = readResponsesEnding(response, this.#state.calls > 0);
    return [...start, ...parts, { type: 'finish', choice: 0, ...ending }];
  }

  end(): { readonly parts: readonly ChatPart[]; readonly complete: boolean } {
    const complete = this.#complete;
    if (this.#told) return { parts: [], complete };
    this.#told = true;
    const { usage, flags } = this.#usage;
    const { searches } = this.#state;
    const counted = usage === null ? null : { ...usage, serverToolCalls: Math.max(usage.serverToolCalls, searches) };
    return { parts: [{ type: 'usage', usage: counted, ...(flags !== '' && { flags }) }], complete };
  }

  #item(index: number): ItemReader {
    const known = this.#items.get(index) ?? new ItemReader(this.#state);
    this.#items.set(index, known);
    return known;
  }

  #start(response: Fields): readonly ChatPart[] {
    if (this.#begun) return [];
    this.#begun = true;
    const [id, model, created] = [textOf(response.id), textOf(response.model), indexOf(response.created_at)];
    return [
      {
        type: 'start',
        ...(id !== '' && { id }),
        ...(model !== '' && { model }),
        ...(created !== null && { createdSeconds: created }),
      },
    ];
  }

  #fail(said: Fields): readonly ChatPart[] {
    this.ended = true;
    return [{ type: 'error', error: readResponsesFailure(said) }];
  }
}
