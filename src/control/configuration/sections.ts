import type { z } from 'zod';
import type { Notes } from './context.ts';
import { describeIssue, mistakesOf } from './describe-issue.ts';
import type { Path } from './mistake.ts';

/** One valid entry of a mapping or list, with where it stands. */
export interface Entry<Value> {
  /** The name in a mapping; empty in a list. */
  readonly name: string;
  readonly path: Path;
  readonly value: Value;
}

/**
 * Parses one part of the file; null when it has mistakes, which are noted. Where only members' names are wrong, what is
 * left without them is parsed, so that its other mistakes come to light in the same run.
 */
export function parsePart<Value>(schema: z.ZodType<Value>, value: unknown, path: Path, notes: Notes): Value | null {
  const parsed = schema.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const mistakes = mistakesOf(parsed.error, []);
  for (const mistake of mistakes) notes.mistakes.push({ ...mistake, path: [...path, ...mistake.path] });
  if (!mistakes.every(mistake => mistake.atName)) return null;
  const rest = without(
    value,
    mistakes.map(mistake => mistake.path),
  );
  return schema.safeParse(rest).data ?? null;
}

/** A copy without the members at these paths. */
function without(value: unknown, paths: readonly Path[]): unknown {
  if (typeof value !== 'object' || value === null || paths.length === 0) return value;
  const below = Map.groupBy(paths, path => String(path[0]));
  const isKept = (name: string) => !below.get(name)?.some(path => path.length === 1);
  const inner = (name: string, member: unknown) =>
    without(
      member,
      (below.get(name) ?? []).map(path => path.slice(1)),
    );
  if (Array.isArray(value)) return value.map((element, index) => inner(String(index), element));
  const kept = Object.entries(value).filter(([name]) => isKept(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, inner(name, member)]));
}

interface Section<Value> {
  readonly name: string;
  readonly entries: Readonly<Record<string, unknown>>;
  /** Names of the entries in the file's order. */
  readonly order: readonly string[];
  readonly schema: z.ZodType<Value>;
  readonly nameSchema: z.ZodType<string>;
}

/** The valid entries of a mapping, in the order of the file. */
export function parseMapping<Value>(section: Section<Value>, notes: Notes): readonly Entry<Value>[] {
  return section.order.flatMap(name => {
    const path = [section.name, name];
    const named = section.nameSchema.safeParse(name);
    for (const issue of named.error?.issues ?? []) notes.mistake(path, issue.message, true);
    const value = parsePart(section.schema, section.entries[name], path, notes);
    return value === null || !named.success ? [] : [{ name, path, value }];
  });
}

/** The valid elements of a list. */
export function parseList<Value>(
  name: string,
  elements: readonly unknown[],
  schema: z.ZodType<Value>,
  notes: Notes,
): readonly Entry<Value>[] {
  return elements.flatMap((element, index) => {
    const path = [name, index];
    const value = parsePart(schema, element, path, notes);
    return value === null ? [] : [{ name: '', path, value }];
  });
}
