import type { JsonSchema } from '../../../../spec/chat/chat-request.ts';
import { type Fields, isFields } from '../../neutral/members.ts';

/** Keywords under whose names only schemas stand, one, a list, or by names of the caller's own. */
const single = new Set(['items', 'additionalProperties', 'not']);
const lists = new Set(['anyOf', 'allOf', 'oneOf', 'prefixItems']);
const named = new Set(['properties', 'defs', '$defs']);
/** Numbers of 64 bits, which are written as texts. */
const counts = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);

const camelName = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * A schema of this dialect's own, a part of OpenAPI's, as JSON Schema: types in lower case, `nullable` as a type, the
 * order of properties as their order.
 */
export function toJsonSchema(value: unknown): JsonSchema {
  if (!isFields(value)) return {};
  const schema: Record<string, unknown> = {};
  let nullable = false;
  let order: readonly unknown[] = [];
  for (const [written, inner] of Object.entries(value)) {
    const name = camelName(written);
    if (inner === null || inner === undefined) continue;
    if (name === 'nullable') nullable = inner === true;
    else if (name === 'propertyOrdering') order = Array.isArray(inner) ? inner : [];
    else if (name === 'example') schema.examples = [inner];
    else if (name !== 'type' || typeof inner !== 'string') schema[name] = keywordValue(name, inner);
    else if (inner !== 'TYPE_UNSPECIFIED') schema.type = inner.toLowerCase();
  }
  if (isFields(schema.properties) && order.length > 0) schema.properties = ordered(schema.properties, order);
  return nullable ? nullableOf(schema) : schema;
}

function keywordValue(name: string, inner: unknown): unknown {
  if (single.has(name)) return isFields(inner) ? toJsonSchema(inner) : inner;
  if (lists.has(name)) return Array.isArray(inner) ? inner.map(toJsonSchema) : inner;
  if (named.has(name) && isFields(inner)) {
    return Object.fromEntries(Object.entries(inner).map(([own, schema]) => [own, toJsonSchema(schema)]));
  }
  return counts.has(name) && typeof inner === 'string' && /^\d{1,15}$/.test(inner) ? Number(inner) : inner;
}

function ordered(properties: Fields, order: readonly unknown[]): Fields {
  const names = Object.keys(properties);
  const first = order.filter((name): name is string => typeof name === 'string' && names.includes(name));
  return Object.fromEntries([...new Set([...first, ...names])].map(name => [name, properties[name]]));
}

function nullableOf(schema: Fields): JsonSchema {
  const { type, enum: values } = schema;
  if (typeof type !== 'string') return { ...schema, anyOf: [...listOf(schema.anyOf), { type: 'null' }] };
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }) };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
