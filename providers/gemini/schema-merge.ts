import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';
import { fieldsOf, isFields, listOf } from './fields.ts';

type Join = (one: unknown, other: unknown) => unknown;

const larger: Join = (one, other) => Math.max(Number(one), Number(other));
const smaller: Join = (one, other) => Math.min(Number(one), Number(other));
/** Left for later, when the bounds of the reader hold. */
const both: Join = (one, other) => (one === other ? one : { allOf: [one, other] });
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** How two schemas that both hold say one keyword together. Of any other keyword the second one's counts. */
const joins: Readonly<Record<string, Join>> = {
  type: typesOfBoth,
  enum: (one, other) => listOf(one).filter(value => listOf(other).some(each => same(value, each))),
  required: (one, other) => [...new Set([...listOf(one), ...listOf(other)])],
  properties: propertiesOfBoth,
  items: both,
  additionalProperties: (one, other) =>
    one === false || other === false
      ? false
      : isFields(one) && isFields(other)
        ? both(one, other)
        : isFields(one)
          ? one
          : other,
  anyOf: (one, other) => listOf(one).map(first => ({ allOf: [first, { anyOf: other }] })),
  oneOf: (one, other) => listOf(one).map(first => ({ allOf: [first, { oneOf: other }] })),
  description: (one, other) => (String(one).includes(String(other)) ? one : `${one}\n${other}`),
  minimum: larger,
  exclusiveMinimum: larger,
  minItems: larger,
  minLength: larger,
  minProperties: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxItems: smaller,
  maxLength: smaller,
  maxProperties: smaller,
};

/** One schema that says what both say. */
export function mergeSchemas(first: JsonSchema, second: JsonSchema): JsonSchema {
  const result = new Map(Object.entries(withEnum(first)));
  for (const [key, value] of Object.entries(withEnum(second))) {
    const join = Object.hasOwn(joins, key) && result.has(key) ? joins[key] : undefined;
    result.set(key, join === undefined ? value : join(result.get(key), value));
  }
  return Object.fromEntries(result);
}

/** A constant is a list of one. */
export function withEnum(schema: JsonSchema): JsonSchema {
  if (!Object.hasOwn(schema, 'const')) return schema;
  const { const: value, ...rest } = schema;
  return { ...rest, enum: Array.isArray(rest.enum) ? rest.enum.filter(each => same(each, value)) : [value] };
}

/** No value fits: types or lists of values that exclude each other were joined. */
export const isNever = ({ type, enum: values }: JsonSchema): boolean =>
  (Array.isArray(type) && type.length === 0) || (Array.isArray(values) && values.length === 0);

function typesOfBoth(one: unknown, other: unknown): unknown {
  const [first, second] = [[one].flat(), [other].flat()];
  const shared = first.flatMap(type => {
    if (second.includes(type)) return [type];
    if (type === 'number' && second.includes('integer')) return ['integer'];
    return type === 'integer' && second.includes('number') ? ['integer'] : [];
  });
  return shared.length === 1 ? shared[0] : shared;
}

function propertiesOfBoth(one: unknown, other: unknown): unknown {
  const result = new Map(Object.entries(fieldsOf(one)));
  for (const [name, schema] of Object.entries(fieldsOf(other))) {
    result.set(name, result.has(name) ? both(result.get(name), schema) : schema);
  }
  return Object.fromEntries(result);
}
