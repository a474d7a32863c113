import { isFields, jsonTypeOf, Members } from '../../neutral/members.ts';
import { wrongType, wrongValue } from '../../request-members.ts';

const SNAKE = /_([a-z0-9])/g;

const camelName = (name: string): string => name.replace(SNAKE, (_, letter: string) => letter.toUpperCase());

/**
 * One object of a request. The dialect is JSON of protocol buffers, whose names may be written in snake case as well:
 * `system_instruction`. Names of the caller's own, such as those of a call's input, never come through here.
 */
export function wireMembers(value: unknown, path: string): Members {
  if (!isFields(value) || !Object.keys(value).some(name => name.includes('_'))) return new Members(value, path);
  const camel: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const own = camelName(name);
    if (Object.hasOwn(camel, own)) {
      throw wrongValue(path === '' ? own : `${path}.${own}`, 'it is given twice, in both of its spellings');
    }
    camel[own] = inner;
  }
  return new Members(camel, path);
}

/** An object inside. */
export function innerMembers(outer: Members, name: string): Members | undefined {
  const value = outer.take(name);
  return value === undefined ? undefined : wireMembers(value, outer.at(name));
}

/** A repeated member; a single value counts as a list of one. */
export function listOf(outer: Members, name: string): readonly unknown[] | undefined {
  const value = outer.take(name);
  if (value === undefined || Array.isArray(value)) return value;
  return [value];
}

export function textsOf(outer: Members, name: string): readonly string[] | undefined {
  const values = listOf(outer, name);
  const wrong = values?.findIndex(value => typeof value !== 'string') ?? -1;
  if (wrong >= 0) throw wrongType(`${outer.at(name)}[${wrong}]`, 'a string', jsonTypeOf(values![wrong]));
  return values as readonly string[] | undefined;
}

/** Numbers may be written as texts, as those of 64 bits always are. */
export function integerOf(outer: Members, name: string): number | undefined {
  const value = outer.peek(name);
  if (typeof value !== 'string' || !/^-?\d{1,16}$/.test(value)) return outer.integer(name);
  outer.take(name);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw wrongValue(outer.at(name), 'expected an integer');
  return number;
}

/** A word of a closed list, in upper case; undefined also for the one that says nothing. */
export function wordOf(outer: Members, name: string): string | undefined {
  const word = outer.string(name)?.toUpperCase();
  return word === undefined || word.endsWith('_UNSPECIFIED') ? undefined : word;
}
