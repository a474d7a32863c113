import type { ToolResultPart } from '../../src/spec/chat/parts.ts';
import type { Writing } from '../openai-chat/options.ts';
import { textInFile } from '../text-file.ts';
import { type ContentJson, contentJson, plain } from './content.ts';
import { warnForeign } from './own-members.ts';
import type { DocumentJson, TextJson, ToolJson } from './wire.ts';

export interface Result {
  readonly content: ToolJson['content'];
  /** What a result cannot hold, for a message of the user behind it. */
  readonly media: readonly ContentJson[];
}

/** Texts stand in a result, files of text as documents that can be cited. */
export function resultOf({ parts, failed, extra }: ToolResultPart, field: string, writing: Writing): Result {
  warnForeign(extra, field, writing);
  const content: (TextJson | DocumentJson)[] = [];
  const media: ContentJson[] = [];
  if (failed) {
    writing.warn(field, 'emulated', 'That the tool failed is told in words.');
    content.push({ type: 'text', text: 'The tool failed:' });
  }
  for (const [index, part] of parts.entries()) {
    const at = `${field}.content[${index}]`;
    const text = part.type === 'file' ? textInFile(part) : null;
    if (part.type === 'provider-part') {
      writing.warn(at, 'dropped', `It is a part of the dialect ${part.dialect}.`);
    } else if (part.type === 'text') {
      warnForeign(part.extra, at, writing);
      content.push({ type: 'text', text: part.text });
    } else if (part.type === 'file' && text !== null) {
      warnForeign(part.extra, at, writing);
      const title = part.name === undefined ? {} : { title: part.name };
      content.push({ type: 'document', document: { data: { ...title, text } } });
    } else {
      const chunks = contentJson(part, at, writing);
      if (chunks.length > 0) writing.warn(at, 'emulated', 'Images of a tool follow in a message of the user.');
      media.push(...chunks);
    }
  }
  return { content: content.length === 0 ? '' : plain<DocumentJson>(content), media };
}
