import type { Citation } from './parts.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;

/** One entry of `annotations` in OpenAI's dialect; null when it is none. */
export function readAnnotation(value: unknown): Citation | null {
  if (!isFields(value) || typeof value.type !== 'string') return null;
  if (value.type !== 'url_citation' || !isFields(value.url_citation)) return { extra: { 'openai-chat': value } };
  const { url, title, content, start_index, end_index, ...rest } = value.url_citation;
  const start = countOf(start_index);
  const end = countOf(end_index);
  // What is not known is written as 0 and 0, since clients expect numbers.
  const placed = start !== undefined && end !== undefined && end > 0;
  return {
    ...(textOf(url) !== undefined && { url: textOf(url) }),
    ...(textOf(title) !== undefined && { title: textOf(title) }),
    ...(textOf(content) !== undefined && { quote: textOf(content) }),
    ...(placed && { start, end }),
    ...(Object.keys(rest).length > 0 && { extra: { 'openai-chat': { url_citation: rest } } }),
  };
}

/** The entry of `annotations` that says it, or the one it was made from. */
export function writeAnnotation({ url, title, quote, start, end, extra }: Citation): Fields {
  const own = extra?.['openai-chat'];
  if (typeof own?.type === 'string') return own;
  const rest = isFields(own?.url_citation) ? own.url_citation : {};
  return {
    type: 'url_citation',
    url_citation: {
      ...rest,
      start_index: start ?? 0,
      end_index: end ?? 0,
      title: title ?? '',
      url: url ?? '',
      ...(quote !== undefined && { content: quote }),
    },
  };
}
