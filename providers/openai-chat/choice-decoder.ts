import { readAnnotation } from '../../src/spec/chat/annotations.ts';
import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { type ReadDetails, readReasoningDetails } from '../../src/spec/chat/reasoning-details.ts';
import { readFinish } from '../../src/spec/chat/wire-finish.ts';
import { fieldsOf, listOf, textOf } from './answer-fields.ts';
import { CallDecoder } from './call-decoder.ts';
import { type Fields, isFields } from './options.ts';

/** Members of a message that this dialect alone has. */
const own = ['audio', 'images'] as const;

/** The deltas of one choice as parts. A whole message is one delta. */
export class ChoiceDecoder {
  finished = false;
  /** Plain text of thoughts has come. */
  #thought = false;
  readonly #choice: number;
  readonly #calls: CallDecoder;

  constructor(choice: number, answerId: () => string) {
    this.#choice = choice;
    this.#calls = new CallDecoder(choice, answerId);
  }

  read(choice: Fields): readonly ChatPart[] {
    const delta = fieldsOf(choice.delta ?? choice.message);
    const parts = [...this.#delta(delta), ...this.#logprobs(choice.logprobs)];
    const word = textOf(choice.finish_reason);
    if (word === '' || this.finished) return parts;
    this.finished = true;
    // Of vLLM and its relatives: the stop sequence as a text, or a token of the model's own as a number.
    const stopped = word === 'stop' && textOf(choice.stop_reason) !== '';
    return [
      ...parts,
      {
        type: 'finish',
        choice: this.#choice,
        ...readFinish(word, this.#calls.any),
        ...(stopped && { stopSequence: textOf(choice.stop_reason) }),
      },
    ];
  }

  #delta(delta: Fields): readonly ChatPart[] {
    const calls = listOf(delta.tool_calls);
    const ids = new Set(calls.map(call => textOf(fieldsOf(call).id)).filter(id => id !== ''));
    const details = readReasoningDetails(listOf(delta.reasoning_details), ids);
    return [
      ...this.#thoughts(delta, details),
      ...this.#content(delta.content),
      ...this.#text('refusal-delta', delta.refusal),
      ...listOf(delta.annotations).flatMap(annotation => this.#citation(annotation)),
      ...calls.flatMap(call => this.#calls.read(call, details.calls)),
      ...(isFields(delta.function_call) ? this.#calls.readFunction(delta.function_call) : []),
      ...own.flatMap(name => this.#own(name, delta[name])),
    ];
  }

  /**
   * Details say the plain text again and prove it, with each piece or at the end. In a whole message they show where one
   * thought ends and the next begins.
   */
  #thoughts(delta: Fields, details: ReadDetails): readonly ChatPart[] {
    const plain = textOf(delta.reasoning_content) || textOf(delta.reasoning);
    const told = details.thoughts.map(part => part.text).join('');
    const apart = told === plain || (plain === '' && !this.#thought);
    this.#thought ||= plain !== '';
    const parts: ChatPart[] = apart ? [] : [...this.#text('reasoning-delta', plain)];
    for (const { type: _type, text, extra: _extra, source = '', ...proof } of details.thoughts) {
      if (apart) parts.push(...this.#text('reasoning-delta', text));
      if (proof.signature === undefined && proof.encrypted === undefined) continue;
      parts.push({ type: 'reasoning-proof', choice: this.#choice, source, ...proof });
    }
    return parts;
  }

  #content(content: unknown): readonly ChatPart[] {
    if (!Array.isArray(content)) return this.#text('text-delta', content);
    return content.flatMap((part: unknown) => this.#contentPart(fieldsOf(part)));
  }

  /** Servers with thoughts inside the content, as a text or a list of texts. */
  #contentPart(part: Fields): readonly ChatPart[] {
    if (part.type !== 'thinking') return this.#text('text-delta', part.text);
    const pieces = Array.isArray(part.thinking) ? part.thinking : [{ text: part.thinking }];
    return pieces.flatMap((piece: unknown) => this.#text('reasoning-delta', fieldsOf(piece).text));
  }

  #text(type: 'text-delta' | 'reasoning-delta' | 'refusal-delta', value: unknown): readonly ChatPart[] {
    return typeof value === 'string' && value !== '' ? [{ type, choice: this.#choice, text: value }] : [];
  }

  #citation(annotation: unknown): readonly ChatPart[] {
    const citation = readAnnotation(annotation);
    return citation === null ? [] : [{ type: 'citation', choice: this.#choice, citation }];
  }

  #own(name: string, value: unknown): readonly ChatPart[] {
    if (!isFields(value) && !Array.isArray(value)) return [];
    return [{ type: 'provider-part', choice: this.#choice, dialect: 'openai-chat', value: { [name]: value } }];
  }

  #logprobs(value: unknown): readonly ChatPart[] {
    return isFields(value) ? [{ type: 'logprobs', choice: this.#choice, value }] : [];
  }
}
