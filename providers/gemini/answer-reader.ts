import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { CandidateReader } from './candidate-reader.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts';
import { blockedPart } from './finish.ts';
import { usagePart } from './usage.ts';

/** Reads one answer. Every chunk of a stream has the form of a whole answer, so both come through here. */
export class AnswerReader {
  readonly #candidates = new Map<number, CandidateReader>();
  #started = false;
  #callPrefix = 'call_';
  #blocked = '';
  /** Cumulative: the last one counts. */
  #usage: Fields | null = null;

  /** Everything that was begun has ended. */
  get complete(): boolean {
    const candidates = [...this.#candidates.values()];
    return candidates.length === 0 ? this.#blocked !== '' : candidates.every(({ finished }) => finished);
  }

  get empty(): boolean {
    return this.#candidates.size === 0 && this.#blocked === '';
  }

  read(chunk: Fields): readonly ChatPart[] {
    const start = this.#start(chunk);
    if (isFields(chunk.usageMetadata)) this.#usage = chunk.usageMetadata;
    this.#blocked = textOf(fieldsOf(chunk.promptFeedback).blockReason) || this.#blocked;
    const candidates = listOf(chunk.candidates).filter(isFields);
    return [...start, ...candidates.flatMap(candidate => this.#candidate(candidate).read(candidate))];
  }

  finish(): readonly ChatPart[] {
    const candidates = [...this.#candidates.values()];
    const searches = candidates.reduce((sum, candidate) => sum + candidate.searches, 0);
    const ends = candidates.flatMap(candidate => candidate.finish());
    const blocked = candidates.length === 0 ? [blockedPart(this.#blocked)] : [];
    return [...ends, ...blocked, usagePart(this.#usage, searches)];
  }

  #start(chunk: Fields): readonly ChatPart[] {
    if (this.#started) return [];
    this.#started = true;
    const id = textOf(chunk.responseId);
    const model = textOf(chunk.modelVersion);
    const created = Date.parse(textOf(chunk.createTime));
    // Unique over a conversation, since every answer has its own id.
    if (id !== '') this.#callPrefix = `call_${id.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 32)}_`;
    return [
      {
        type: 'start',
        ...(id !== '' && { id }),
        ...(model !== '' && { model }),
        ...(Number.isFinite(created) && { createdSeconds: Math.floor(created / 1000) }),
      },
    ];
  }

  #candidate({ index }: Fields): CandidateReader {
    const choice = Number.isSafeInteger(index) ? Number(index) : 0;
    const known = this.#candidates.get(choice);
    if (known !== undefined) return known;
    const reader = new CandidateReader(choice, choice === 0 ? this.#callPrefix : `${this.#callPrefix}${choice}_`);
    this.#candidates.set(choice, reader);
    return reader;
  }
}
