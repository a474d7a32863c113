import type { Warning } from '../../../spec/warning.ts';

const NAME = '__proto__';

/**
 * The value without members named `__proto__`, which would change what an object is once it is put together with
 * others. A value without one, which is any that an honest client sends, comes back itself. The depth is bounded where
 * the body is scanned.
 */
export const dropPrototypes = (value: unknown, warnings: Warning[]): unknown =>
  hasPrototype(value) ? without(value, warnings, '') : value;

function hasPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const element of value) if (hasPrototype(element)) return true;
    return false;
  }
  if (Object.hasOwn(value, NAME)) return true;
  for (const inner of Object.values(value)) if (hasPrototype(inner)) return true;
  return false;
}

function without(value: unknown, warnings: Warning[], path: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((element: unknown, index) => without(element, warnings, `${path}[${index}]`));
  }
  const within = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Object.hasOwn(value, NAME)) {
    warnings.push({ field: within(NAME), action: 'dropped', why: 'No member may have this name.' });
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== NAME)
      .map(([name, inner]) => [name, without(inner, warnings, within(name))]),
  );
}
