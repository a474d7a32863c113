import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Extra, Message, Part } from '../../src/spec/chat/parts.ts';
import type { Warn } from '../anthropic/warn.ts';
import { isOwnMember } from './own-member.ts';

const WHY = 'This provider does not know it.';

/** Members of Claude's own API that have another form here. */
const TOLD = new Set(['cache_control']);
const TOLD_OF_FILES = new Set([...TOLD, 'citations', 'context']);

/** Names every member inside messages and tools that is of another dialect; those of the request itself are named elsewhere. */
export function warnForeign({ messages, tools = [] }: ChatRequest, warn: Warn): void {
  messages.forEach((message, index) => {
    warnMessage(message, `messages[${index}]`, warn);
  });
  tools.forEach((tool, index) => {
    if (tool.type === 'function') warnExtra(tool.extra, `tools[${index}]`, TOLD, warn);
  });
}

function warnMessage(message: Message, path: string, warn: Warn): void {
  warnExtra(message.extra, path, TOLD, warn);
  let contents = 0;
  let calls = 0;
  for (const part of message.parts) {
    if (part.type === 'reasoning') continue;
    if (part.type === 'tool-call') warnPart(part, `${path}.tool_calls[${calls++}]`, warn);
    else if (part.type === 'tool-result') {
      warnExtra(part.extra, path, TOLD, warn);
      part.parts.forEach((inner, at) => {
        warnPart(inner, `${path}.content[${at}]`, warn);
      });
    } else warnPart(part, `${path}.content[${contents++}]`, warn);
  }
}

function warnPart(part: Part, path: string, warn: Warn): void {
  if ('extra' in part) warnExtra(part.extra, path, part.type === 'file' ? TOLD_OF_FILES : TOLD, warn);
  if (part.type === 'image' && part.detail !== undefined && part.detail !== 'auto') {
    warn(`${path}.image_url.detail`, 'dropped', 'There is one resolution of images.');
  }
  if (part.type === 'tool-call' && part.signature !== undefined) {
    warn(`${path}.extra_content`, 'dropped', 'It proves a thought of another model.');
  }
}

function warnExtra(extra: Extra | undefined, path: string, told: ReadonlySet<string>, warn: Warn): void {
  for (const [dialect, members] of Object.entries(extra ?? {})) {
    for (const name of Object.keys(members)) {
      if (dialect === 'anthropic' ? told.has(name) : isOwnMember(dialect, name)) continue;
      warn(`${path}.${name}`, 'dropped', WHY);
    }
  }
}
