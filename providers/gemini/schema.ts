import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';
import { isFields, listOf, textOf } from './fields.ts';
import { constraintsOf, type Describe } from './schema-constraints.ts';
import { isNever, mergeSchemas } from './schema-merge.ts';
import { type Flat, SchemaReader } from './schema-reader.ts';
import { typedBranches } from './schema-types.ts';

/** A schema as the API reads it. */
export interface ReadableSchema {
  readonly schema: JsonSchema;
  /** Keywords that are told in descriptions because the API does not know them. */
  readonly told: readonly string[];
}

/**
 * Brings a JSON Schema down to the part that `parametersJsonSchema` and `responseJsonSchema` know
 * (https://ai.google.dev/api/caching#FunctionDeclaration) without losing what it means: references are followed, sums
 * are added up, a constant is a list of one, what is not known stands in the description, where the model still reads it.
 */
export function readableSchema(schema: JsonSchema): ReadableSchema {
  const reader = new SchemaReader(schema);
  const result = convert({ schema, path: [] }, reader);
  return { schema: result, told: [...reader.told] };
}

function convert(at: Flat, reader: SchemaReader): JsonSchema {
  const flat = reader.flatten(at);
  if (flat === null) return reader.cut(at);
  if (Array.isArray(flat.schema.anyOf)) return alternatives(flat, 'anyOf', reader);
  return Array.isArray(flat.schema.oneOf) ? alternatives(flat, 'oneOf', reader) : plain(flat, reader);
}

/** `oneOf` is read as `anyOf`. What stands beside a choice belongs to each of its branches. */
function alternatives({ schema, path }: Flat, choice: 'anyOf' | 'oneOf', reader: SchemaReader): JsonSchema {
  const { [choice]: choices, title, description, ...shared } = schema;
  const about = aboutOf(title, description);
  const branches = listOf(choices)
    .map((branch): Flat => ({ schema: isFields(branch) ? branch : {}, path }))
    .map(branch => reader.flatten(branch) ?? { schema: reader.cut(branch), path })
    .map(branch => ({ ...branch, schema: mergeSchemas(shared, branch.schema) }))
    .filter(branch => !isNever(branch.schema));
  const [only] = branches;
  if (only === undefined) return convert({ schema: { ...about, ...shared }, path }, reader);
  if (branches.length === 1) return convert({ ...only, schema: mergeSchemas(about, only.schema) }, reader);
  return { ...about, anyOf: branches.map(branch => convert(branch, reader)) };
}

/** A schema without a choice: one type, or one branch for each type. */
function plain({ schema, path }: Flat, reader: SchemaReader): JsonSchema {
  const branches = typedBranches(schema);
  const nested = (inner: unknown): JsonSchema => convert({ schema: isFields(inner) ? inner : {}, path }, reader);
  const written = branches.map(branch => write(branch, reader, nested));
  if (written.length === 1) return { ...aboutOf(schema.title, schema.description), ...written[0] };
  return { ...aboutOf(schema.title, schema.description), anyOf: written };
}

function write(branch: JsonSchema, reader: SchemaReader, nested: (inner: unknown) => JsonSchema): JsonSchema {
  const remarks: string[] = [];
  const describe: Describe = (keyword, value, enforced) => {
    remarks.push(`${keyword}: ${JSON.stringify(value)}`);
    if (!enforced) reader.told.add(keyword);
  };
  const known = constraintsOf(branch, nested, describe);
  if (remarks.length === 0) return known;
  const description = [textOf(branch.description), `{${remarks.join(', ')}}`].filter(text => text !== '').join('\n');
  return { ...known, description };
}

const aboutOf = (title: unknown, description: unknown): JsonSchema => ({
  ...(textOf(title) !== '' && { title }),
  ...(textOf(description) !== '' && { description }),
});
