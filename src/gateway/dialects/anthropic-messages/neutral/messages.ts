import type { Message, Part } from '../../../../spec/chat/parts.ts';
import type { Warning } from '../../../../spec/warning.ts';
import { Members } from '../../neutral/members.ts';
import { missing, wrongValue } from '../../request-members.ts';
import { type BlockNotes, readContent } from './blocks.ts';
import { withRest } from './extra.ts';

/** Some clients put instructions among the messages; the dialect's own place for them is `system`. */
const roles: ReadonlySet<string> = new Set(['user', 'assistant', 'system']);

/** `system`: a text or text blocks, as the first message. */
export function readSystem(value: unknown, warnings: Warning[]): readonly Message[] {
  const parts = readContent(value, 'system', { warnings, callProofs: new Map() });
  const wrong = parts.findIndex(part => part.type !== 'text');
  if (wrong >= 0) throw wrongValue(`system[${wrong}].type`, 'the system prompt is text');
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

export const readMessages = (values: readonly unknown[], warnings: Warning[]): readonly Message[] =>
  values.flatMap((value, index) => readMessage(new Members(value, `messages[${index}]`), warnings));

function readMessage(message: Members, warnings: Warning[]): readonly Message[] {
  const role = message.required('role', message.string('role'));
  if (!roles.has(role)) throw wrongValue(message.at('role'), `known are ${[...roles].join(', ')}`);
  const content = message.take('content');
  if (content === undefined) throw missing(message.at('content'));
  const notes: BlockNotes = { warnings, callProofs: new Map() };
  const parts = withProofs(readContent(content, message.at('content'), notes), notes);
  // All of it was for another provider, which the warnings say.
  if (parts.length === 0 && role === 'assistant') return [];
  return [withRest({ role: role as Message['role'], parts }, message)];
}

function withProofs(parts: readonly Part[], { callProofs }: BlockNotes): readonly Part[] {
  if (callProofs.size === 0) return parts;
  return parts.map(part => {
    const proof = part.type === 'tool-call' ? callProofs.get(part.id) : undefined;
    if (proof?.signature === undefined) return part;
    const { signature, source } = proof;
    return { ...part, signature, ...(source !== undefined && { source }) };
  });
}
