import { serverEvents } from '../support/server-events.ts';
import type { Fields } from './generated-requests.ts';

/** What a client understands of an answer, read without any code of ours. */
export interface AnswerMeaning {
  readonly choices: readonly Fields[];
  /** Counts that clients look at; null where there are none. */
  readonly usage: Fields | null;
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

interface OpenChoice {
  content: string;
  refusal: string;
  thoughts: string;
  finish: unknown;
  audio: unknown;
  readonly calls: Map<unknown, { id: string; type: string; name: string; input: string }>;
  readonly proofs: Map<unknown, { text: string; signature: string }>;
  readonly annotations: unknown[];
  readonly logprobs: unknown[];
}

const opened = (): OpenChoice => ({
  content: '',
  refusal: '',
  thoughts: '',
  finish: null,
  audio: null,
  calls: new Map(),
  proofs: new Map(),
  annotations: [],
  logprobs: [],
});

/** Puts messages or deltas together as clients do: texts joined, calls by their index, lists one after the other. */
class Reader {
  readonly #choices = new Map<unknown, OpenChoice>();
  usage: Fields | null = null;

  read(body: Fields): void {
    for (const value of listOf(body.choices)) this.#choice(fieldsOf(value));
    if (typeof body.usage === 'object' && body.usage !== null) this.usage = usageMeaning(fieldsOf(body.usage));
  }

  meaning(): AnswerMeaning {
    const choices = [...this.#choices].map(([index, { calls, proofs, ...said }]) => ({
      index,
      ...said,
      calls: [...calls.values()],
      proofs: [...proofs.values()],
    }));
    return { choices: choices.toSorted((a, b) => Number(a.index) - Number(b.index)), usage: this.usage };
  }

  #choice(value: Fields): void {
    const known = this.#choices.get(value.index) ?? opened();
    this.#choices.set(value.index, known);
    const said = fieldsOf(value.delta ?? value.message);
    known.content += textOf(said.content);
    known.refusal += textOf(said.refusal);
    known.thoughts += textOf(said.reasoning_content ?? said.reasoning);
    known.audio = said.audio ?? known.audio;
    known.annotations.push(...listOf(said.annotations));
    known.logprobs.push(...listOf(fieldsOf(value.logprobs).content));
    known.finish = value.finish_reason ?? known.finish;
    listOf(said.tool_calls).forEach((call, position) => {
      readCall(fieldsOf(call), position, known);
    });
    for (const detail of listOf(said.reasoning_details)) readProof(fieldsOf(detail), known);
  }
}

function readCall(call: Fields, position: number, into: OpenChoice): void {
  const index = call.index ?? position;
  const known = into.calls.get(index) ?? { id: '', type: '', name: '', input: '' };
  const inner = fieldsOf(call.custom ?? call.function);
  known.id ||= textOf(call.id);
  known.type ||= textOf(call.type);
  known.name ||= textOf(inner.name);
  known.input += textOf(inner.input ?? inner.arguments);
  into.calls.set(index, known);
}

function readProof(detail: Fields, into: OpenChoice): void {
  const known = into.proofs.get(detail.index) ?? { text: '', signature: '' };
  known.text += textOf(detail.text);
  known.signature += textOf(detail.signature);
  into.proofs.set(detail.index, known);
}

function usageMeaning(usage: Fields): Fields {
  const details = fieldsOf(usage.prompt_tokens_details);
  return {
    prompt: usage.prompt_tokens,
    completion: usage.completion_tokens,
    total: usage.total_tokens,
    cached: details.cached_tokens ?? 0,
    reasoning: fieldsOf(usage.completion_tokens_details).reasoning_tokens ?? 0,
  };
}

export function wholeMeaning(body: Buffer): AnswerMeaning {
  const reader = new Reader();
  reader.read(JSON.parse(body.toString('utf8')) as Fields);
  return reader.meaning();
}

/** The events of a stream as JSON, its end mark left out. */
export const chunksIn = (stream: Buffer): readonly Fields[] =>
  serverEvents(stream.toString('utf8'))
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => JSON.parse(data) as Fields);

export function streamMeaning(stream: Buffer): AnswerMeaning {
  const reader = new Reader();
  for (const chunk of chunksIn(stream)) reader.read(chunk);
  return reader.meaning();
}
