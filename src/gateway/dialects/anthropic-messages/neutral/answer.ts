import type { ChatPart } from '../../../../spec/chat/chat-stream.ts';
import type { Usage } from '../../../../spec/usage.ts';
import { contentLength } from '../../../translation/part-facts.ts';
import { type Fields, isFields } from '../../neutral/members.ts';
import { BlockSequence } from './block-sequence.ts';
import { estimated, type MessageOptions } from './encoder.ts';
import { type Finish, stopMembers } from './stop-reason.ts';
import type { BlockSink } from './tool-blocks.ts';
import { usageJson } from './usage-json.ts';

/** A whole answer as a message: what the stream of the same parts says, put together as clients do. */
export function encodeMessage(parts: readonly ChatPart[], options: MessageOptions): Buffer {
  const content = new BlockList();
  const blocks = new BlockSequence(content);
  let finish: Finish | null = null;
  let usage: Usage | null = null;
  let bytes = 0;
  for (const part of parts) {
    if (part.type === 'start' || part.type === 'error') continue;
    if (part.type === 'usage') usage = part.usage;
    else if (part.type === 'finish') finish = part.choice === 0 ? part : finish;
    else {
      bytes += contentLength(part);
      blocks.add(part);
    }
  }
  blocks.end();
  const { id, model, inputEstimate, stopSequences } = options;
  return Buffer.from(
    JSON.stringify({
      id,
      type: 'message',
      role: 'assistant',
      model,
      content: content.blocks,
      ...stopMembers(finish, blocks, stopSequences),
      usage: usageJson(usage ?? estimated(inputEstimate, bytes)),
    }),
  );
}

/** Puts deltas together. */
class BlockList implements BlockSink {
  readonly blocks: Record<string, unknown>[] = [];
  #input = '';

  start(block: Fields): void {
    this.blocks.push({ ...block });
    this.#input = '';
  }

  delta(delta: Fields): void {
    const block = this.blocks.at(-1)!;
    switch (delta.type) {
      case 'text_delta':
        block.text = `${block.text}${delta.text}`;
        break;
      case 'thinking_delta':
        block.thinking = `${block.thinking}${delta.thinking}`;
        break;
      case 'signature_delta':
        block.signature = delta.signature;
        break;
      case 'citations_delta':
        block.citations = [...((block.citations as unknown[] | undefined) ?? []), delta.citation];
        break;
      case 'input_json_delta':
        this.#input += String(delta.partial_json);
    }
  }

  stop(): void {
    const block = this.blocks.at(-1)!;
    if ('input' in block && this.#input !== '') block.input = inputOf(this.#input);
  }
}

/** An object, also where the model wrote something else. */
function inputOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : value === null ? {} : { input: value };
  } catch {
    return { input: text };
  }
}
