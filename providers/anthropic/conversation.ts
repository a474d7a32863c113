import type Anthropic from '@anthropic-ai/sdk';
import type { Message } from '../../src/spec/chat/parts.ts';
import { withExtra } from './blocks.ts';
import { History } from './history.ts';
import type { Warn } from './warn.ts';

export interface Conversation {
  readonly system: readonly Anthropic.TextBlockParam[];
  readonly messages: readonly Anthropic.MessageParam[];
}

const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/**
 * Instructions at the beginning are the system prompt; everything after them is the conversation, which may
 * end with the beginning of the answer where the request allows a `prefill`.
 */
export function conversationOf(messages: readonly Message[], prefill: boolean, warn: Warn): Conversation {
  const start = beginning(messages, warn);
  const system: Anthropic.TextBlockParam[] = [];
  for (let index = 0; index < start; index++) {
    for (const block of systemBlocks(messages[index]!, `messages[${index}]`, warn)) system.push(block);
  }
  const history = new History(warn);
  for (let index = start; index < messages.length; index++) {
    const message = messages[index]!;
    const alone = isInstruction(message) && start === messages.length - 1;
    history.add(alone ? { ...message, role: 'user' } : message, `messages[${index}]`);
  }
  return { system, messages: history.close(prefill) };
}

/** Index of the first message that is no system prompt. There has to be one, so the last instruction may become it. */
function beginning(messages: readonly Message[], warn: Warn): number {
  const first = messages.findIndex(message => !isInstruction(message));
  if (first >= 0 || messages.length === 0) return Math.max(first, 0);
  const last = messages.length - 1;
  warn(
    `messages[${last}]`,
    'emulated',
    "There is no message of the user, so the last instruction is told as the user's.",
  );
  return last;
}

function systemBlocks(message: Message, field: string, warn: Warn): Anthropic.TextBlockParam[] {
  const blocks: Anthropic.TextBlockParam[] = [];
  for (const part of message.parts) {
    if (part.type !== 'text') warn(`${field}.content`, 'dropped', 'The system prompt holds only text.');
    else if (part.text.trim() !== '') blocks.push(withExtra({ type: 'text', text: part.text }, part.extra));
  }
  const last = blocks.pop();
  return last === undefined ? [] : [...blocks, withExtra(last, message.extra)];
}
