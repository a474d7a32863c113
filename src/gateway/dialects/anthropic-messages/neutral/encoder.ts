import type { ChatPart } from '../../../../spec/chat/chat-stream.ts';
import { noUsage, type Usage } from '../../../../spec/usage.ts';
import { contentLength } from '../../../translation/part-facts.ts';
import { estimateOutputTokens } from '../../estimate.ts';
import { BlockSequence } from './block-sequence.ts';
import { type Finish, stopMembers } from './stop-reason.ts';
import type { BlockSink } from './tool-blocks.ts';
import { deltaUsageJson, usageJson } from './usage-json.ts';

export interface MessageOptions {
  readonly id: string;
  readonly model: string;
  /** Tokens of the request, roughly, for what is said before the provider has counted. */
  readonly inputEstimate: number;
  /** That the client asked for. */
  readonly stopSequences?: readonly string[];
}

export interface MessageEncoder {
  /** Bytes of the events that say these parts; null when there is nothing to say yet. */
  push(parts: readonly ChatPart[]): Buffer | null;
  /** Ends the stream properly. */
  readonly endMark: Buffer;
}

export const PING = Buffer.from('event: ping\ndata: {"type":"ping"}\n\n');
const END_MARK = Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n\n');

/**
 * Writes a stream of parts as events of the Messages dialect. An `error` part is not written: how a stream breaks off is
 * the client dialect's to say. JSON has no raw line end, so no text can begin an event of its own.
 */
export function messageEncoder(options: MessageOptions): MessageEncoder {
  const events = new EventText();
  const blocks = new BlockSequence(events);
  let begun = false;
  let finish: Finish | null = null;
  let bytes = 0;

  const end = (usage: Usage | null) => {
    blocks.end();
    const counted = usage ?? estimated(options.inputEstimate, bytes);
    const delta = stopMembers(finish, blocks, options.stopSequences);
    events.add('message_delta', { type: 'message_delta', delta, usage: deltaUsageJson(counted) });
  };

  const say = (part: ChatPart) => {
    switch (part.type) {
      case 'start':
      case 'error':
        return;
      case 'usage':
        return end(part.usage);
      case 'finish':
        if (part.choice === 0) finish = part;
        return;
      default:
        bytes += contentLength(part);
        blocks.add(part);
    }
  };

  return {
    endMark: END_MARK,
    push: parts => {
      if (!begun) events.begin(options);
      begun = true;
      for (const part of parts) say(part);
      return events.take();
    },
  };
}

/** What is said where the provider counted nothing. */
export const estimated = (input: number, outputBytes: number): Usage => ({
  ...noUsage,
  input,
  output: estimateOutputTokens(outputBytes),
});

class EventText implements BlockSink {
  #text = '';
  #index = -1;
  /** Of a delta of the open block, up to the delta itself. */
  #head = '';

  begin({ id, model, inputEstimate }: MessageOptions): void {
    const message = {
      id,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: usageJson({ ...noUsage, input: inputEstimate }),
    };
    this.add('message_start', { type: 'message_start', message });
    this.#text += PING.toString();
  }

  add(type: string, data: object): void {
    this.#text += `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  start(block: object): void {
    const index = ++this.#index;
    this.#head = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":`;
    this.add('content_block_start', { type: 'content_block_start', index, content_block: block });
  }

  delta(delta: object): void {
    this.#text += `${this.#head}${JSON.stringify(delta)}}\n\n`;
  }

  stop(): void {
    this.add('content_block_stop', { type: 'content_block_stop', index: this.#index });
  }

  take(): Buffer | null {
    const text = this.#text;
    this.#text = '';
    return text === '' ? null : Buffer.from(text);
  }
}
