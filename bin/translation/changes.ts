/** One place where a body says something else, as the path in it and what stands there now. */
export interface Change {
  readonly path: string;
  /** Undefined when it is gone. */
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What a body says otherwise than another one, each at the outermost place that is new. */
export function changesBetween(before: unknown, after: unknown, path = ''): readonly Change[] {
  if (same(before, after)) return [];
  if (isFields(before) && isFields(after)) return inFields(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return inList(before, after, path);
  return [{ path, value: after }];
}

function inFields(before: Fields, after: Fields, path: string): readonly Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  return [...names].flatMap(name => changesBetween(before[name], after[name], at(name)));
}

/** What both lists begin and end with is passed over, so that one entry more is one change. */
function inList(before: readonly unknown[], after: readonly unknown[], path: string): readonly Change[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && same(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && same(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const left = before.slice(head, before.length - tail);
  const added = after.slice(head, after.length - tail);
  const all = Array.from({ length: Math.max(left.length, added.length) }, (_, index) => index);
  return all.flatMap(index => changesBetween(left[index], added[index], `${path}[${head + index}]`));
}
