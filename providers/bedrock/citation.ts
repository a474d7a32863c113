import type { Citation } from '../../src/spec/chat/parts.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../anthropic/fields.ts';

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);

/** A citation belongs to the whole of its text block, from `start` to `end` in the answer's text. */
export function citationOf(wire: Fields, start: number, end: number): Citation {
  const { url } = fieldsOf(fieldsOf(wire.location).web);
  const address = [textOf(url), textOf(wire.source)].find(isUrl);
  const title = textOf(wire.title);
  const quote = listOf(wire.sourceContent)
    .filter(isFields)
    .map(({ text }) => textOf(text))
    .join('');
  return {
    ...(address === undefined ? {} : { url: address }),
    ...(title === '' ? {} : { title }),
    ...(quote === '' ? {} : { quote }),
    ...(end > start ? { start, end } : {}),
    extra: { bedrock: wire },
  };
}
