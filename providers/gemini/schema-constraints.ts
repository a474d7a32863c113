import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';
import { fieldsOf, isFields, listOf } from './fields.ts';

/** Tells a keyword in words. `enforced`: what it demands is already demanded otherwise, or it demands nothing. */
export type Describe = (keyword: string, value: unknown, enforced: boolean) => void;
type Nested = (inner: unknown) => JsonSchema;
type Keep = (value: unknown, schema: JsonSchema, nested: Nested, describe: Describe) => JsonSchema;

const as =
  (key: string): Keep =>
  value => ({ [key]: value });

/** Formats that the API knows; any other is told. */
const FORMATS = new Set(['date-time', 'int32', 'int64', 'float', 'double']);

/** Keywords of every schema that say nothing about values, or were read before. */
const silent = new Set(
  '$schema $id id $anchor $dynamicAnchor $comment $defs definitions $vocabulary title description nullable discriminator readOnly writeOnly additionalItems strict'.split(
    ' ',
  ),
);

/** Remarks: they demand nothing. */
const remarks = new Set(['default', 'example', 'examples', 'deprecated']);

const keywords: Readonly<Record<string, Keep>> = {
  type: as('type'),
  enum: as('enum'),
  minimum: lowerBound,
  exclusiveMinimum: lowerBound,
  maximum: upperBound,
  exclusiveMaximum: upperBound,
  minItems: as('minItems'),
  maxItems: as('maxItems'),
  format: (value, _schema, _nested, describe) => {
    if (FORMATS.has(String(value))) return { format: value };
    describe('format', value, false);
    return {};
  },
  properties: (value, _schema, nested) => ({
    properties: Object.fromEntries(Object.entries(fieldsOf(value)).map(([name, inner]) => [name, nested(inner)])),
  }),
  required: requiredOf,
  additionalProperties: (value, _schema, nested) => ({
    additionalProperties: isFields(value) ? nested(value) : value !== false,
  }),
  propertyOrdering: as('propertyOrdering'),
  items: itemsOf,
  prefixItems: (value, _schema, nested) => ({ prefixItems: listOf(value).map(nested) }),
};

/** Keywords that hold of one type only; they mean nothing beside another one. */
const belongs: Readonly<Record<string, readonly string[]>> = {
  object:
    'properties required additionalProperties patternProperties propertyNames minProperties maxProperties propertyOrdering dependentRequired dependentSchemas dependencies unevaluatedProperties'.split(
      ' ',
    ),
  array: 'items prefixItems minItems maxItems uniqueItems contains minContains maxContains unevaluatedItems'.split(' '),
  string: 'minLength maxLength pattern contentEncoding contentMediaType contentSchema'.split(' '),
  number: 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'.split(' '),
};

const ownerOf = new Map(Object.entries(belongs).flatMap(([type, names]) => names.map(name => [name, type] as const)));

/** What the API knows of a schema with one type; the rest is described. */
export function constraintsOf(schema: JsonSchema, nested: Nested, describe: Describe): JsonSchema {
  const type = [schema.type].flat()[0];
  const kind = type === 'integer' ? 'number' : type;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    const owner = ownerOf.get(key);
    if (silent.has(key) || (owner !== undefined && kind !== undefined && owner !== kind)) continue;
    const keep = Object.hasOwn(keywords, key) ? keywords[key] : undefined;
    if (keep !== undefined) Object.assign(result, keep(value, schema, nested, describe));
    else describe(key === 'values' ? 'enum' : key, value, remarks.has(key));
  }
  // A list says what is in it, even if that is anything.
  return kind === 'array' && result.items === undefined ? { ...result, items: {} } : result;
}

/** Only a property can be required. */
function requiredOf(value: unknown, schema: JsonSchema, _nested: Nested, describe: Describe): JsonSchema {
  const names = listOf(value).filter(name => typeof name === 'string');
  if (names.length === 0) return {};
  const known = fieldsOf(schema.properties);
  const unknown = names.filter(name => !Object.hasOwn(known, name));
  if (unknown.length > 0) describe('required', unknown, false);
  return { required: names.filter(name => Object.hasOwn(known, name)) };
}

/** A list of schemas is the older form of a tuple. */
function itemsOf(value: unknown, schema: JsonSchema, nested: Nested): JsonSchema {
  if (Array.isArray(value)) {
    const rest = schema.additionalItems;
    const closed = rest === false ? { maxItems: Math.min(value.length, Number(schema.maxItems ?? value.length)) } : {};
    return { prefixItems: value.map(nested), ...(isFields(rest) && { items: nested(rest) }), ...closed };
  }
  if (value !== false) return { items: nested(value) };
  return { maxItems: Math.min(listOf(schema.prefixItems).length, Number(schema.maxItems ?? Number.POSITIVE_INFINITY)) };
}

/** A bound that is not itself allowed is the next whole number; there is no next one among fractions. */
function lowerBound(_value: unknown, schema: JsonSchema, _nested: Nested, describe: Describe): JsonSchema {
  return bound('minimum', 'exclusiveMinimum', 1, schema, describe);
}

function upperBound(_value: unknown, schema: JsonSchema, _nested: Nested, describe: Describe): JsonSchema {
  return bound('maximum', 'exclusiveMaximum', -1, schema, describe);
}

type Bound = 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum';

function bound(open: Bound, strict: Bound, step: 1 | -1, schema: JsonSchema, describe: Describe): JsonSchema {
  // An older draft has a yes or no beside the bound.
  const limit = schema[strict] === true ? schema[open] : schema[strict];
  const bounds = [schema[open]].filter(value => typeof value === 'number');
  if (typeof limit === 'number') {
    const whole = [schema.type].flat().includes('integer');
    bounds.push(whole ? (step === 1 ? Math.floor(limit) : Math.ceil(limit)) + step : limit);
    if (!whole && !(Number(schema[open]) * step > limit * step)) describe(strict, limit, false);
  }
  return bounds.length === 0 ? {} : { [open]: step === 1 ? Math.max(...bounds) : Math.min(...bounds) };
}
