import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Citation } from '../../../../spec/chat/parts.ts';
import { type Fields, isFields } from '../../neutral/members.ts';

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;

/** An entry of `annotations`; one that cites no page is kept as it is. */
export function readAnnotation(wire: Fields): Citation {
  if (wire.type !== 'url_citation') return { extra: { [responsesOwner]: wire } };
  const { type: _, url, title, start_index, end_index, ...rest } = wire;
  const [start, end] = [countOf(start_index), countOf(end_index)];
  return {
    ...(textOf(url) !== undefined && { url: textOf(url) }),
    ...(textOf(title) !== undefined && { title: textOf(title) }),
    // What is not known is written as 0 and 0, since clients expect numbers.
    ...(start !== undefined && end !== undefined && end > 0 && { start, end }),
    ...(Object.keys(rest).length > 0 && { extra: { [responsesOwner]: rest } }),
  };
}

/** The entry that says it, or the one it was made from. */
export function writeAnnotation({ url, title, start, end, extra }: Citation): Fields {
  const own = extra?.[responsesOwner];
  if (isFields(own) && typeof own.type === 'string') return own;
  return {
    ...own,
    type: 'url_citation',
    start_index: start ?? 0,
    end_index: end ?? 0,
    title: title ?? '',
    url: url ?? '',
  };
}
