import { type Fields, isFields } from '../neutral/members.ts';

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** Where one of these stands, the candidates have to be read. In a text their quotes are escaped. */
const marks = ['"finishReason"', '"functionCall"', '"webSearchQueries"'].map(text => Buffer.from(text));

/** What of the candidates of an answer has to be known: whether they are whole, and what the length of their text hides. */
export class CandidateFacts {
  /** Bytes of the inputs of tool calls, which are objects and no texts. */
  callBytes = 0;
  readonly #finished = new Map<number, boolean>();
  readonly #searches = new Map<number, number>();

  /** There are candidates, and each of them has ended. */
  get complete(): boolean {
    if (this.#finished.size === 0) return false;
    for (const finished of this.#finished.values()) if (!finished) return false;
    return true;
  }

  /** How often the model has asked the web. */
  get searches(): number {
    let sum = 0;
    for (const count of this.#searches.values()) sum += count;
    return sum;
  }

  /** `bytes` is a list of candidates in JSON. */
  read(bytes: Buffer): void {
    for (const candidate of listOf(JSON.parse(bytes.toString('utf8'))))
      if (isFields(candidate)) this.#candidate(candidate);
  }

  #candidate({ index, finishReason, groundingMetadata, content }: Fields): void {
    const choice = Number.isSafeInteger(index) ? Number(index) : 0;
    const finished = typeof finishReason === 'string' && finishReason !== '';
    this.#finished.set(choice, finished || this.#finished.get(choice) === true);
    const queries = listOf(isFields(groundingMetadata) ? groundingMetadata.webSearchQueries : undefined).length;
    if (queries > 0) this.#searches.set(choice, queries);
    for (const part of listOf(isFields(content) ? content.parts : undefined)) {
      const call = isFields(part) ? part.functionCall : undefined;
      if (isFields(call)) this.callBytes += Buffer.byteLength(JSON.stringify(call.args ?? {}));
    }
  }
}

/** Something stands there that `CandidateFacts` wants to know. */
export const mayTellFacts = (bytes: Buffer): boolean => marks.some(mark => bytes.includes(mark));
