import { contentOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Citation } from '../../../../spec/chat/parts.ts';
import type { Fields } from '../../neutral/members.ts';

/**
 * Sources of an answer as `groundingMetadata`: each source once, and the stretches of the text that rest on it. Stretches
 * are told in bytes here. Undefined where there are none.
 */
export function groundingOf(citations: readonly Citation[], text: string): Fields | undefined {
  if (citations.length === 0) return undefined;
  const chunks: Fields[] = [];
  const indices = new Map<string, number>();
  const supports: Fields[] = [];
  for (const citation of citations) {
    const chunk = chunkOf(citation);
    const key = JSON.stringify(chunk);
    const index = indices.get(key) ?? chunks.push(chunk) - 1;
    indices.set(key, index);
    const { start, end } = citation;
    if (start === undefined || end === undefined || end <= start || end > text.length) continue;
    supports.push({ segment: segmentOf(text, start, end), groundingChunkIndices: [index] });
  }
  return { groundingChunks: chunks, ...(supports.length > 0 && { groundingSupports: supports }) };
}

/** The words of the source have a place only beside what was retrieved. */
function chunkOf({ url, title, quote, extra }: Citation): Fields {
  const own = extra?.[contentOwner];
  if (own !== undefined) return own;
  const source = { ...(url !== undefined && { uri: url }), ...(title !== undefined && { title }) };
  return quote === undefined ? { web: source } : { retrievedContext: { ...source, text: quote } };
}

const segmentOf = (text: string, start: number, end: number): Fields => ({
  startIndex: Buffer.byteLength(text.slice(0, start)),
  endIndex: Buffer.byteLength(text.slice(0, end)),
  text: text.slice(start, end),
});
