import type { ChatPart } from '../../../../spec/chat/chat-stream.ts';
import type { Usage } from '../../../../spec/usage.ts';
import type { ChatEncoder } from '../../../translation/neutral-dialect.ts';
import type { Fields } from '../../neutral/members.ts';
import type { StreamFrame } from '../frames.ts';
import { CandidateEncoder } from './candidate-encoder.ts';
import { usageJson } from './usage-json.ts';

export interface ContentOptions {
  readonly id: string;
  readonly model: string;
}

/** The candidates of one answer, by their index. */
class Candidates {
  usage: Usage | null = null;
  readonly #byIndex = new Map<number, CandidateEncoder>();

  add(part: ChatPart): void {
    if (part.type === 'start' || part.type === 'error') return;
    if (part.type === 'usage') this.usage = part.usage;
    else this.#candidate(part.choice).add(part);
  }

  /** The candidates of each chunk. */
  chunks(): readonly (readonly Fields[])[] {
    return inStep(this.#sorted().map(candidate => candidate.chunks()));
  }

  /** The same for what is left; the last chunk has the ends of all. */
  ends(): readonly (readonly Fields[])[] {
    const ends = this.#sorted().map(candidate => candidate.end());
    return [...inStep(ends.map(({ before }) => before)), withFirst(ends.map(({ last }) => last))];
  }

  whole(): readonly Fields[] {
    return withFirst(this.#sorted().map(candidate => candidate.whole()));
  }

  #sorted(): readonly CandidateEncoder[] {
    if (this.#byIndex.size === 1) return [...this.#byIndex.values()];
    return [...this.#byIndex].toSorted(([one], [other]) => one - other).map(([, candidate]) => candidate);
  }

  #candidate(index: number): CandidateEncoder {
    const known = this.#byIndex.get(index);
    if (known !== undefined) return known;
    const candidate = new CandidateEncoder(index);
    this.#byIndex.set(index, candidate);
    return candidate;
  }
}

/** What each candidate has to say, side by side. */
const inStep = (lists: readonly (readonly Fields[])[]): readonly (readonly Fields[])[] =>
  Array.from({ length: Math.max(0, ...lists.map(({ length }) => length)) }, (_, at) =>
    withFirst(lists.flatMap(list => list.slice(at, at + 1))),
  );

/** Clients that know of one candidate read the one that stands first, so the first one always does. */
const withFirst = (chunks: readonly Fields[]): readonly Fields[] =>
  chunks.length === 0 || chunks[0]!.index === 0 ? chunks : [SILENT, ...chunks];

const SILENT: Fields = Object.freeze({ content: { parts: [{ text: '' }], role: 'model' }, index: 0 });

const answerJson = (candidates: readonly Fields[], usage: Usage | null, { id, model }: ContentOptions): string =>
  JSON.stringify({
    candidates,
    ...(usage !== null && { usageMetadata: usageJson(usage) }),
    modelVersion: model,
    responseId: id,
  });

/**
 * Writes a stream of parts as chunks. How the candidates ended and what was counted stands in the last one, which is the
 * end mark: nothing else in this dialect says that a stream is over. An `error` part is not written: how a stream breaks
 * off is the client dialect's to say.
 */
export function contentEncoder(options: ContentOptions, frame: StreamFrame): ChatEncoder {
  const candidates = new Candidates();
  let mark: Buffer | null = null;
  const write = (chunk: readonly Fields[], usage: Usage | null) => frame.write(answerJson(chunk, usage, options));
  const ends = () => {
    const chunks = candidates.ends();
    return chunks.map((chunk, at) => write(chunk, at === chunks.length - 1 ? candidates.usage : null)).join('');
  };
  return {
    push: parts => {
      for (const part of parts) candidates.add(part);
      const chunks = candidates.chunks();
      return chunks.length === 0 ? null : Buffer.from(chunks.map(chunk => write(chunk, null)).join(''));
    },
    get endMark() {
      mark ??= Buffer.from(`${ends()}${frame.end()}`);
      return mark;
    },
  };
}

/** A whole answer: what the stream of the same parts says, put together. */
export function encodeContent(parts: readonly ChatPart[], options: ContentOptions): Buffer {
  const candidates = new Candidates();
  for (const part of parts) candidates.add(part);
  return Buffer.from(answerJson(candidates.whole(), candidates.usage, options));
}
