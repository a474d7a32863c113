import type { Usage } from '../usage.ts';
import type { ChatPart, FinishReason, StreamError } from './chat-stream.ts';
import { ChoiceCollector } from './collect-choice.ts';
import type { Extra, ProviderPart, ReasoningPart, RefusalPart, TextPart, ToolCallPart } from './parts.ts';

export type AnswerPart = TextPart | ReasoningPart | ToolCallPart | RefusalPart | ProviderPart;

export interface CollectedChoice {
  readonly index: number;
  /** In the order in which they began. */
  readonly parts: readonly AnswerPart[];
  /** In the order in which they came. */
  readonly logprobs: readonly unknown[];
  /** Null when the answer was cut. */
  readonly finish: FinishReason | null;
  /** The provider's own word, where the neutral one loses something. */
  readonly raw?: string;
  readonly stopSequence?: string;
}

/** A whole answer. */
export interface CollectedAnswer {
  readonly id?: string;
  readonly model?: string;
  readonly createdSeconds?: number;
  /** By index. */
  readonly choices: readonly CollectedChoice[];
  readonly usage: Usage | null;
  /** Why there is no believable usage; empty when nothing is to be said. */
  readonly flags: string;
  readonly usageExtra?: Extra;
  /** The provider ended the answer with an error of its own. */
  readonly error: StreamError | null;
}

/** Puts a stream together. The stream of a whole answer, collected, is that answer. */
export function collect(parts: Iterable<ChatPart>): CollectedAnswer {
  const collector = new AnswerCollector();
  for (const part of parts) collector.add(part);
  return collector.answer();
}

/** Collects an answer part by part, for those who have not all parts at once. */
export class AnswerCollector {
  #head: { id?: string; model?: string; createdSeconds?: number } = {};
  readonly #choices = new Map<number, ChoiceCollector>();
  #usage: Omit<Extract<ChatPart, { type: 'usage' }>, 'type'> = { usage: null };
  #error: StreamError | null = null;

  add(part: ChatPart): void {
    switch (part.type) {
      case 'start': {
        const { type: _, ...head } = part;
        this.#head = { ...this.#head, ...head };
        return;
      }
      case 'usage':
        this.#usage = part;
        return;
      case 'error':
        this.#error = part.error;
        return;
      default:
        this.#choice(part.choice).add(part);
    }
  }

  answer(): CollectedAnswer {
    const { usage, flags = '', extra } = this.#usage;
    const choices = [...this.#choices.values()].map(choice => choice.choice());
    return {
      ...this.#head,
      choices: choices.toSorted((a, b) => a.index - b.index),
      usage,
      flags,
      ...(extra && { usageExtra: extra }),
      error: this.#error,
    };
  }

  #choice(index: number): ChoiceCollector {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = new ChoiceCollector(index);
    this.#choices.set(index, choice);
    return choice;
  }
}
