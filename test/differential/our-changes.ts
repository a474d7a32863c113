import type { Fields } from './generated-requests.ts';

/** The one thing that a provider of the same dialect may see otherwise than the client wrote it. */
export function withOurChanges(value: Fields, model: string): Fields {
  if (value.stream !== true) return plain({ ...value, model });
  const options = value.stream_options as Fields | null | undefined;
  return plain({ ...value, model, stream_options: { ...options, include_usage: true } });
}

/**
 * The chunks that a client gets: the provider's, with our cost in their usage, or without the one that is only usage
 * where nobody asked for it.
 */
export function shownChunks(chunks: readonly Fields[], includeUsage: boolean, cost: number | null): readonly Fields[] {
  const counted = ({ usage }: Fields) => typeof usage === 'object' && usage !== null;
  if (!includeUsage) return plain(chunks.filter(chunk => !counted(chunk) || (chunk.choices as unknown[]).length > 0));
  return plain(
    chunks.map(chunk => (counted(chunk) ? { ...chunk, usage: { ...(chunk.usage as Fields), cost } } : chunk)),
  );
}

/** As JSON says it. */
const plain = <Of>(value: Of): Of => JSON.parse(JSON.stringify(value)) as Of;
