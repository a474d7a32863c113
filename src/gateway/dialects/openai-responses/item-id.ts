/** Of an item in an answer that no provider keeps: the kind, the answer's own id, and a place in it. */
const OWN = /^[a-z]+_([0-9a-f]{32})[0-9a-f]{4}$/;

/** The answer that an item is of, as 32 hexadecimal digits; null for an item that this gateway did not write. */
export const answerOfItem = (id: unknown): string | null =>
  typeof id === 'string' ? (OWN.exec(id)?.[1] ?? null) : null;
