import type { ChatPart } from '../../../../spec/chat/chat-stream.ts';
import type { Usage } from '../../../../spec/usage.ts';
import { ChoiceEncoder, type ChoiceJson } from './choice-encoder.ts';
import { usageJson } from './usage-json.ts';

export interface ChatEncoderOptions {
  /** One for the whole stream. */
  readonly id: string;
  readonly model: string;
  readonly createdSeconds: number;
  /** The client asked for usage. */
  readonly includeUsage: boolean;
  /** Decimal text in USD, null when nobody knows the price; without it usage says no cost. */
  readonly costOf?: (usage: Usage) => string | null;
  /** The client uses the older `functions`. */
  readonly legacyFunctions?: boolean;
}

export interface ChatEncoder {
  /** Bytes of the events that say these parts; null when there is nothing to say yet. */
  push(parts: readonly ChatPart[]): Buffer | null;
  /** Ends the stream properly. */
  readonly endMark: Buffer;
}

const END_MARK = Buffer.from('data: [DONE]\n\n');

/**
 * Writes a stream of parts as `chat.completion.chunk` events. An `error` part is not written: how a stream breaks off is
 * the ingress's to say. JSON has no raw line end, so no text can begin an event of its own.
 */
export function chatEncoder(options: ChatEncoderOptions): ChatEncoder {
  const choices = new Map<number, ChoiceEncoder>();
  // What is the same in all chunks is written once.
  const head = headText(options);
  const tail = options.includeUsage ? '],"usage":null}\n\n' : ']}\n\n';

  const line = (choice: ChoiceJson): string => head + JSON.stringify(choice) + tail;

  const choiceOf = (index: number): ChoiceEncoder => {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const choice = new ChoiceEncoder(index, options.legacyFunctions === true);
    choices.set(index, choice);
    return choice;
  };

  const usageLine = (usage: Usage | null): string => {
    // What came after the finish is told at the latest here.
    const late = [...choices.values()].flatMap(choice => choice.rest()).map(line);
    if (usage === null || !options.includeUsage) return late.join('');
    return `${late.join('')}${head}],"usage":${JSON.stringify(usageJson(usage, options.costOf?.(usage)))}}\n\n`;
  };

  const lines = (said: readonly ChoiceJson[]): string => {
    let text = '';
    for (const choice of said) text += line(choice);
    return text;
  };

  const eventsOf = (part: ChatPart): string => {
    switch (part.type) {
      case 'start':
      case 'error':
        return '';
      case 'usage':
        return usageLine(part.usage);
      default:
        return lines(choiceOf(part.choice).encode(part));
    }
  };

  return {
    endMark: END_MARK,
    push: parts => {
      let text = '';
      for (const part of parts) text += eventsOf(part);
      return text === '' ? null : Buffer.from(text);
    },
  };
}

/** A chunk up to its first choice. */
function headText({ id, createdSeconds, model }: ChatEncoderOptions): string {
  const head = JSON.stringify({ id, object: 'chat.completion.chunk', created: createdSeconds, model });
  return `data: ${head.slice(0, -1)},"choices":[`;
}
