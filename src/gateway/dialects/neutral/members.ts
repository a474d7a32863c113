import type { JsonType } from '../../body/scan-body.ts';
import { missing, wrongType, wrongValue } from '../request-members.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function jsonTypeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}

/** The value as an object, or a 400 that names its place. */
export function fieldsAt(value: unknown, path: string): Fields {
  if (!isFields(value)) throw wrongType(path, 'an object', jsonTypeOf(value));
  return value;
}

/**
 * One object of a request, read member by member. Null counts as absent. What nobody took is the rest: members of other
 * dialects, of single providers, or of a time after this code, which travel on in `extra`.
 */
export class Members {
  readonly path: string;
  readonly #fields: Fields;
  /** Names that are there and were taken, each once; never more than this dialect has words. */
  readonly #taken: string[] = [];

  constructor(value: unknown, path: string) {
    this.path = path;
    this.#fields = fieldsAt(value, path);
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** Looks without taking. */
  peek(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined;
  }

  take(name: string): unknown {
    if (!Object.hasOwn(this.#fields, name)) return undefined;
    if (!this.#taken.includes(name)) this.#taken.push(name);
    return this.#fields[name] ?? undefined;
  }

  string(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'string') return value;
    throw wrongType(this.at(name), 'a string', jsonTypeOf(value));
  }

  number(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'number') return value;
    throw wrongType(this.at(name), 'a number', jsonTypeOf(value));
  }

  integer(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined) return value;
    if (typeof value !== 'number') throw wrongType(this.at(name), 'an integer', jsonTypeOf(value));
    if (!Number.isSafeInteger(value)) throw wrongValue(this.at(name), 'expected an integer');
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrongType(this.at(name), 'a boolean', jsonTypeOf(value));
  }

  fields(name: string): Fields | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : fieldsAt(value, this.at(name));
  }

  members(name: string): Members | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : new Members(value, this.at(name));
  }

  array(name: string): readonly unknown[] | undefined {
    const value = this.take(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw wrongType(this.at(name), 'an array', jsonTypeOf(value));
  }

  required<Value>(name: string, value: Value | undefined): Value {
    if (value === undefined) throw missing(this.at(name));
    return value;
  }

  /** What was not taken, null left out; undefined when nothing is. */
  rest(): Fields | undefined {
    const names = Object.keys(this.#fields);
    if (names.length === this.#taken.length) return undefined;
    let rest: Record<string, unknown> | undefined;
    for (const name of names) {
      const value = this.#fields[name];
      if (value === undefined || value === null || this.#taken.includes(name)) continue;
      rest ??= {};
      rest[name] = value;
    }
    return rest;
  }
}
