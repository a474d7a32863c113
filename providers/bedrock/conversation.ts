import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Message } from '../../src/spec/chat/parts.ts';
import type { Warn } from '../anthropic/warn.ts';
import { cachePoint } from './cache-points.ts';
import { History } from './history.ts';
import type { ModelFacts } from './models.ts';
import type { Block, WireMessage } from './wire.ts';

export interface Conversation {
  readonly system: readonly Block[];
  readonly messages: readonly WireMessage[];
}

const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/** Instructions at the beginning are the system prompt; everything after them is the conversation. */
export function conversationOf(
  { messages, extra }: Pick<ChatRequest, 'messages' | 'extra'>,
  prefill: boolean,
  facts: ModelFacts,
  warn: Warn,
): Conversation {
  const start = beginning(messages, warn);
  const system: Block[] = [];
  for (let index = 0; index < start; index++) {
    for (const block of systemBlocks(messages[index]!, `messages[${index}]`, facts, warn)) system.push(block);
  }
  const history = new History(facts, warn);
  for (let index = start; index < messages.length; index++) {
    const message = messages[index]!;
    const alone = isInstruction(message) && start === messages.length - 1;
    history.add(alone ? { ...message, role: 'user' } : message, `messages[${index}]`);
  }
  return { system, messages: history.close(prefill, extra) };
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

function systemBlocks(message: Message, field: string, facts: ModelFacts, warn: Warn): Block[] {
  const caches = facts.cache !== 'none';
  const blocks: Block[] = [];
  for (const [index, part] of message.parts.entries()) {
    if (part.type !== 'text') warn(`${field}.content`, 'dropped', 'The system prompt holds only text.');
    else if (part.text.trim() !== '') {
      const cache = cachePoint(part.extra, `${field}.content[${index}]`, caches, facts, warn);
      blocks.push({ text: part.text }, ...(cache === null ? [] : [cache]));
    }
  }
  const whole = blocks.length === 0 ? null : cachePoint(message.extra, field, caches, facts, warn);
  return whole === null || 'cachePoint' in blocks.at(-1)! ? blocks : [...blocks, whole];
}
