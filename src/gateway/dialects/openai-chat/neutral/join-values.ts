import { isFields } from '../../neutral/members.ts';

/** Members that come whole each time, so that the last one counts. */
const whole = new Set(['id', 'type', 'format', 'expires_at']);

/** Two pieces of one value: texts and lists go on, objects member by member, anything else is said again. */
export function joinValues(known: unknown, next: unknown): unknown {
  if (known === undefined || known === null) return next;
  if (next === undefined || next === null) return known;
  if (typeof known === 'string' && typeof next === 'string') return known + next;
  if (Array.isArray(known) && Array.isArray(next)) return [...known, ...next];
  if (!isFields(known) || !isFields(next)) return next;
  const joined: Record<string, unknown> = { ...known };
  for (const [name, value] of Object.entries(next)) {
    joined[name] = whole.has(name) ? value : joinValues(joined[name], value);
  }
  return joined;
}
