import type { Citation } from '../../src/spec/chat/parts.ts';
import { type Fields, textOf } from './fields.ts';

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);

/** A citation belongs to the whole of its text block, from `start` to `end` in the answer's text. */
export function citationOf(wire: Fields, start: number, end: number): Citation {
  const url = [textOf(wire.url), textOf(wire.source)].find(isUrl);
  const title = textOf(wire.title) || textOf(wire.document_title);
  const quote = textOf(wire.cited_text);
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === '' ? {} : { title }),
    ...(quote === '' ? {} : { quote }),
    ...(end > start ? { start, end } : {}),
    extra: { anthropic: wire },
  };
}
