import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { textMark } from '../../src/spec/chat/signed-text.ts';
import { citationParts } from './citations.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts';
import { finishPart } from './finish.ts';
import { logprobsOf } from './logprobs.ts';
import { SpokenText } from './spoken-text.ts';
import { decodeToolName } from './tool-names.ts';

const DIALECT = 'gemini';

/** Reads one candidate, whole or chunk by chunk; a whole one is a stream of one chunk. */
export class CandidateReader {
  readonly #choice: number;
  /** Makes the ids of calls that the provider gave none. */
  readonly #callPrefix: string;
  readonly #text = new SpokenText();
  #calls = 0;
  #reason = '';
  #grounding: Fields = {};
  #citations: Fields = {};
  #urls: Fields = {};

  constructor(choice: number, callPrefix: string) {
    this.#choice = choice;
    this.#callPrefix = callPrefix;
  }

  get finished(): boolean {
    return this.#reason !== '';
  }

  /** How often the model has asked the web. */
  get searches(): number {
    return listOf(this.#grounding.webSearchQueries).length;
  }

  read(candidate: Fields): readonly ChatPart[] {
    this.#reason = textOf(candidate.finishReason) || this.#reason;
    this.#grounding = { ...this.#grounding, ...fieldsOf(candidate.groundingMetadata) };
    this.#citations = { ...this.#citations, ...fieldsOf(candidate.citationMetadata) };
    this.#urls = { ...this.#urls, ...fieldsOf(candidate.urlContextMetadata) };
    const parts = listOf(fieldsOf(candidate.content).parts).filter(isFields);
    const logprobs = logprobsOf(candidate.logprobsResult);
    return [
      ...parts.flatMap(part => this.#part(part)),
      ...(logprobs === null ? [] : [{ type: 'logprobs', choice: this.#choice, value: logprobs } as const]),
    ];
  }

  /** What is known only at the end. */
  finish(): readonly ChatPart[] {
    const sources = { groundingMetadata: this.#grounding, citationMetadata: this.#citations };
    return [
      ...citationParts(this.#choice, sources, this.#text),
      ...this.#kept({ groundingMetadata: this.#grounding }),
      ...this.#kept({ urlContextMetadata: this.#urls }),
      finishPart(this.#choice, this.#reason || 'STOP', this.#calls > 0),
    ];
  }

  #part(part: Fields): readonly ChatPart[] {
    if (isFields(part.functionCall)) return this.#call(part.functionCall, textOf(part.thoughtSignature));
    if (typeof part.text !== 'string') {
      this.#text.interrupt();
      return this.#kept(part);
    }
    return part.thought === true ? this.#thought(part.text, part) : this.#spoken(part.text, part);
  }

  #spoken(text: string, { thoughtSignature }: Fields): readonly ChatPart[] {
    const start = this.#text.length;
    if (text !== '') this.#text.add(text);
    const said: readonly ChatPart[] = text === '' ? [] : [{ type: 'text-delta', choice: this.#choice, text }];
    return [...said, ...this.#proof(textOf(thoughtSignature), textMark(start, this.#text.length))];
  }

  #thought(text: string, { thoughtSignature }: Fields): readonly ChatPart[] {
    this.#text.interrupt();
    const thought: readonly ChatPart[] = text === '' ? [] : [{ type: 'reasoning-delta', choice: this.#choice, text }];
    return [...thought, ...this.#proof(textOf(thoughtSignature))];
  }

  #proof(signature: string, id?: string): readonly ChatPart[] {
    if (signature === '') return [];
    const proof = { type: 'reasoning-proof', choice: this.#choice, source: DIALECT, signature } as const;
    return [{ ...proof, ...(id !== undefined && { id }) }];
  }

  #call(call: Fields, signature: string): readonly ChatPart[] {
    this.#text.interrupt();
    const choice = this.#choice;
    const index = this.#calls++;
    const id = textOf(call.id) || `${this.#callPrefix}${index}`;
    const name = decodeToolName(textOf(call.name));
    return [
      {
        type: 'tool-input-start',
        choice,
        index,
        id,
        name,
        ...(signature !== '' && { signature, source: DIALECT }),
      },
      { type: 'tool-input-delta', choice, index, text: JSON.stringify(call.args ?? {}) },
    ];
  }

  /** Code and its results, images, files, calls that run at the provider, and what is not known yet. */
  #kept(value: Fields): readonly ChatPart[] {
    const empty = Object.values(value).every(inner => isFields(inner) && Object.keys(inner).length === 0);
    return empty ? [] : [{ type: 'provider-part', choice: this.#choice, dialect: DIALECT, value }];
  }
}
