import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';
import { type Fields, isFields, listOf, textOf } from './fields.ts';
import { mergeSchemas } from './schema-merge.ts';

/** A schema, with the references that were followed on the way to it. */
export interface Flat {
  readonly schema: JsonSchema;
  readonly path: readonly string[];
}

/** How often a schema may hold itself: enough for a model to see the form. */
const MOST_NESTED = 3;
/** A few references to each other can describe more than fits into any request. */
const MOST_SCHEMAS = 2_000;

/** Follows the references of one schema and adds up its sums, within bounds. */
export class SchemaReader {
  /** Keywords that the result does not enforce. */
  readonly told = new Set<string>();
  readonly #root: JsonSchema;
  #schemas = 0;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** The schema without `$ref` and `allOf`; null where it nests too deep. */
  flatten({ schema, path }: Flat): Flat | null {
    if (++this.#schemas > MOST_SCHEMAS) return null;
    const { $ref, $dynamicRef, allOf, ...own } = schema;
    let flat: Flat = { schema: own, path };
    const reference = textOf($ref) || textOf($dynamicRef);
    for (const part of [...this.#referred(reference), ...listOf(allOf)]) {
      const base = this.#joined(flat, isFields(part) ? part : {}, reference);
      if (base === null) return null;
      flat = base;
    }
    return flat;
  }

  /** What stands where the schema is not followed further. */
  cut({ schema }: Flat): JsonSchema {
    this.told.add('$ref');
    const target = this.#pointed(textOf(schema.$ref));
    const type = textOf(target?.type) || 'object';
    return { type, description: textOf(target?.description) || 'Of the same form again.' };
  }

  #referred(reference: string): readonly unknown[] {
    if (reference === '') return [];
    return [{ $ref: reference }];
  }

  #joined(flat: Flat, part: Fields, reference: string): Flat | null {
    const followed = part.$ref === reference && reference !== '' && Object.keys(part).length === 1;
    const next = followed ? this.#follow(reference, flat.path) : this.flatten({ schema: part, path: flat.path });
    if (next === null) return null;
    return { schema: mergeSchemas(next.schema, flat.schema), path: next.path };
  }

  #follow(reference: string, path: readonly string[]): Flat | null {
    if (path.filter(step => step === reference).length >= MOST_NESTED) return null;
    const schema = this.#pointed(reference);
    if (schema === null) this.told.add('$ref');
    return this.flatten({ schema: schema ?? {}, path: [...path, reference] });
  }

  /** What a reference within the schema points at; null where it points elsewhere. */
  #pointed(reference: string): JsonSchema | null {
    if (!reference.startsWith('#')) return null;
    let at: unknown = this.#root;
    for (const step of reference.split('/').slice(1)) {
      const name = unescaped(step);
      at = (isFields(at) || Array.isArray(at)) && Object.hasOwn(at, name) ? (at as Fields)[name] : undefined;
    }
    return isFields(at) ? at : null;
  }
}

function unescaped(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return step;
  }
}
