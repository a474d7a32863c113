import type { Warning } from '../../../../spec/warning.ts';

const NAME = '__proto__';

/**
 * The value without members named `__proto__`, which would change what an object is once it is put together with
 * others. Objects without one stay as they are. The depth is bounded where the body is scanned.
 */
export function dropPrototypes(value: unknown, warnings: Warning[], path = ''): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((element: unknown, index) => dropPrototypes(element, warnings, `${path}[${index}]`));
  }
  const within = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Object.hasOwn(value, NAME)) {
    warnings.push({ field: within(NAME), action: 'dropped', why: 'No member may have this name.' });
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== NAME)
      .map(([name, inner]) => [name, dropPrototypes(inner, warnings, within(name))]),
  );
}
