import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';
import { fieldsOf, isFields, listOf } from './fields.ts';
import { type ReadableSchema, readableSchema } from './schema.ts';

const EMPTY: JsonSchema = Object.freeze({ type: 'object', properties: {} });

/** The schema of a tool's input, which is one object: a choice among objects becomes one that has all their members. */
export function objectSchema(schema: JsonSchema | undefined): ReadableSchema {
  if (schema === undefined || Object.keys(schema).length === 0) return { schema: EMPTY, told: [] };
  const { schema: read, told } = readableSchema(schema);
  const { type, anyOf, ...rest } = read;
  if (Array.isArray(anyOf)) return { schema: { ...rest, ...united(anyOf) }, told: [...told, 'anyOf'] };
  if (type === undefined) return { schema: { ...EMPTY, ...rest }, told };
  if ([type].flat()[0] === 'object') return { schema: { ...EMPTY, ...rest }, told };
  return { schema: EMPTY, told: [...told, 'type'] };
}

function united(branches: readonly unknown[]): JsonSchema {
  const objects = branches.filter(isFields).filter(({ type }) => [type].flat().includes('object'));
  const properties = new Map<string, unknown>();
  for (const [name, schema] of objects.flatMap(branch => Object.entries(fieldsOf(branch.properties)))) {
    properties.set(name, either(properties.get(name), schema));
  }
  const [first = [], ...others] = objects.map(branch => listOf(branch.required));
  const required = first.filter(name => others.every(names => names.includes(name)));
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

function either(one: unknown, other: unknown): unknown {
  const known = isFields(one) && Array.isArray(one.anyOf) ? one.anyOf : one === undefined ? [] : [one];
  if (known.some(each => JSON.stringify(each) === JSON.stringify(other))) return one;
  return known.length === 0 ? other : { anyOf: [...known, other] };
}
