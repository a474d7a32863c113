import type { Content } from '@google/genai';
import type { Message } from '../../src/spec/chat/parts.ts';
import { History } from './history.ts';
import type { ModelFacts } from './models.ts';
import type { WirePart } from './user-parts.ts';
import { ownExtra, type Warn } from './warn.ts';

export interface Conversation {
  readonly system: readonly WirePart[];
  readonly contents: readonly Content[];
}

const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/** Instructions, wherever they stand, are the system instruction; everything else is the conversation. */
export function conversationOf(messages: readonly Message[], facts: ModelFacts, warn: Warn): Conversation {
  const first = messages.findIndex(message => !isInstruction(message));
  const system: WirePart[] = [];
  const history = new History(facts, warn);
  for (const [index, message] of messages.entries()) {
    const field = `messages[${index}]`;
    if (first < 0 && index === messages.length - 1) history.add(asUser(message, field, warn), field);
    else if (isInstruction(message)) {
      const late = index > first && first >= 0;
      for (const part of instructions(message, late, field, warn)) system.push(part);
    } else history.add(message, field);
  }
  const contents = history.close();
  return { system, contents: contents.length === 0 ? [{ role: 'user', parts: [{ text: '' }] }] : contents };
}

/** There has to be a conversation, so the last instruction may become it. */
function asUser(message: Message, field: string, warn: Warn): Message {
  warn(field, 'emulated', "There is no message of the user, so the last instruction is told as the user's.");
  return { ...message, role: 'user' };
}

function instructions(message: Message, amid: boolean, field: string, warn: Warn): readonly WirePart[] {
  if (amid) warn(field, 'emulated', 'Instructions amid the conversation are told at its beginning.');
  if (message.name !== undefined) warn(`${field}.name`, 'dropped', 'Messages have no name here.');
  ownExtra(message.extra, field, warn);
  return message.parts.flatMap((part, index) => {
    const place = `${field}.content[${index}]`;
    if (part.type !== 'text') {
      warn(place, 'dropped', 'The system instruction holds only text.');
      return [];
    }
    ownExtra(part.extra, place, warn);
    return part.text === '' ? [] : [{ text: part.text }];
  });
}
