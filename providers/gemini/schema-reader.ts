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
const MOST_SCHEMAS = 10_000;

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
    const { $ref, allOf, ...own } = schema;
    const followed = typeof $ref === 'string' ? this.#follow($ref, path) : { schema: {}, path };
    if (followed === null) return null;
    let flat: Flat = { schema: mergeSchemas(followed.schema, own), path: followed.path };
    for (const part of listOf(allOf)) {
      const next = this.flatten({ schema: isFields(part) ? part : {}, path: flat.path });
      if (next === null) return null;
      flat = { schema: mergeSchemas(flat.schema, next.schema), path: next.path };
    }
    return flat;
  }

  /** What stands where the schema is not followed further. */
  cut({ schema }: Flat): JsonSchema {
    this.told.add('$ref');
    const target = this.#pointed(textOf(schema.$ref)) ?? schema;
    const type = textOf(target.type);
    const description = textOf(target.description) || 'Of the same form again.';
    return { ...(type !== '' && { type }), ...(type === 'array' && { items: {} }), description };
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
