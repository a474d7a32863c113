import type { Citation, TextPart } from '../../src/spec/chat/parts.ts';
import { fieldsOf, listOf } from '../openai-chat/answer-fields.ts';
import type { Fields, Writing } from '../openai-chat/options.ts';
import { DIALECT } from './own-members.ts';
import type { CitationJson } from './wire.ts';

/** Where a text of an earlier answer stands: which block it became, and how much text was before it. */
export interface TextPlace {
  readonly field: string;
  readonly index: number;
  readonly before: number;
}

/** Citations count characters of the whole answer; here they count those of their block. */
export function citationsJson(part: TextPart, place: TextPlace, writing: Writing): readonly CitationJson[] {
  return (part.citations ?? []).flatMap(citation => {
    const start = (citation.start ?? 0) - place.before;
    const end = (citation.end ?? 0) - place.before;
    const text = part.text.slice(Math.max(start, 0), Math.max(end, 0));
    if (start < 0 || end > part.text.length || text === '') {
      writing.warn(`${place.field}.annotations`, 'dropped', 'A source needs the words that it belongs to.');
      return [];
    }
    return [{ start, end, text, type: 'TEXT_CONTENT', content_index: place.index, sources: sourcesOf(citation) }];
  });
}

/** The sources as the provider told them, else a document that says the same. */
function sourcesOf({ url, title, quote, extra }: Citation): readonly Fields[] {
  const told = listOf(extra?.[DIALECT]?.sources).map(fieldsOf);
  if (told.length > 0) return told;
  const document = {
    ...(title !== undefined && { title }),
    ...(url !== undefined && { url }),
    ...(quote !== undefined && { text: quote }),
  };
  return [{ type: 'document', id: url ?? title ?? 'source', document }];
}
