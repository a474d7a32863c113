import { messagesOwner } from './foreign-members.ts';
import type { Citation } from './parts.ts';

type Fields = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);

/**
 * An entry of `citations` in the Messages dialect. It belongs to the whole of its text block, which goes from `start` to
 * `end` in the text of the answer.
 */
export function readMessagesCitation(wire: Fields, start: number, end: number): Citation {
  const url = [textOf(wire.url), textOf(wire.source)].find(isUrl);
  const title = textOf(wire.title) || textOf(wire.document_title);
  const quote = textOf(wire.cited_text);
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === '' ? {} : { title }),
    ...(quote === '' ? {} : { quote }),
    ...(end > start ? { start, end } : {}),
    extra: { [messagesOwner]: wire },
  };
}

/** The entry it was made from, or one in the form of a page that a search found. */
export function writeMessagesCitation({ url, title, quote, extra }: Citation): Fields {
  return (
    extra?.[messagesOwner] ?? {
      type: 'web_search_result_location',
      cited_text: quote ?? '',
      encrypted_index: '',
      title: title ?? null,
      url: url ?? '',
    }
  );
}
