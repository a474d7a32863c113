import type { Citation } from './parts.ts';

type Fields = Readonly<Record<string, unknown>>;

const OWNER = 'openai-responses';
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;

/**
 * An entry of `annotations` in the Responses dialect, whose text begins at `offset` in the text of the answer. One that
 * cites no page is kept as it is.
 */
export function readResponsesCitation(wire: Fields, offset = 0): Citation {
  if (wire.type !== 'url_citation') return { extra: { [OWNER]: wire } };
  const { type: _, url, title, start_index, end_index, ...rest } = wire;
  const [address, name, start, end] = [textOf(url), textOf(title), countOf(start_index), countOf(end_index)];
  return {
    ...(address !== undefined && { url: address }),
    ...(name !== undefined && { title: name }),
    // What is not known is written as 0 and 0, since clients expect numbers.
    ...(start !== undefined && end !== undefined && end > 0 && { start: start + offset, end: end + offset }),
    ...(Object.keys(rest).length > 0 && { extra: { [OWNER]: rest } }),
  };
}

/** The entry that says it, or the one it was made from. */
export function writeResponsesCitation({ url, title, start, end, extra }: Citation): Fields {
  const own = extra?.[OWNER];
  if (typeof own?.type === 'string') return own;
  return {
    ...own,
    type: 'url_citation',
    start_index: start ?? 0,
    end_index: end ?? 0,
    title: title ?? '',
    url: url ?? '',
  };
}
