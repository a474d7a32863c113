import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';
import { fieldsOf, isFields, listOf } from './fields.ts';

/** What a schema must give up so that the API can enforce it. */
export interface StrictSchema {
  readonly schema: JsonSchema;
  /** Keywords that are told in descriptions because they cannot be enforced. */
  readonly told: readonly string[];
  /** The schema allows members that it does not name; these can no longer be written. */
  readonly closed: boolean;
}

/** https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations */
const KEYWORDS = new Set(
  '$ref $defs definitions $schema type properties required items anyOf allOf enum const description title default additionalProperties'.split(
    ' ',
  ),
);
const FORMATS = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '));

/** Named schemas inside a schema, and lists of schemas. */
const MAPS = new Set(['properties', '$defs', 'definitions']);
const LISTS = new Set(['anyOf', 'allOf']);

/**
 * The schema as structured output and strict tools take it: every object is closed, `oneOf` is `anyOf`, and what is
 * not enforced (bounds, patterns, other formats) stands in the description where the model still reads it.
 */
export function strictSchema(schema: JsonSchema): StrictSchema {
  const told = new Set<string>();
  const state = { told, closed: false };
  const result = convert(schema, state);
  return { schema: result, told: [...told], closed: state.closed };
}

interface State {
  readonly told: Set<string>;
  closed: boolean;
}

function convert(schema: JsonSchema, state: State): JsonSchema {
  const result: Record<string, unknown> = {};
  const rest: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (isEnforced(key, value)) result[key] = nested(key, value, state);
    else if (key === 'oneOf' && result.anyOf === undefined) result.anyOf = nested('anyOf', value, state);
    else {
      state.told.add(key);
      rest.push(`${key}: ${JSON.stringify(value)}`);
    }
  }
  if (rest.length > 0) result.description = [schema.description, `{${rest.join(', ')}}`].filter(Boolean).join('\n\n');
  return closed(schema, result, state);
}

const isEnforced = (key: string, value: unknown): boolean => {
  if (key === 'format') return FORMATS.has(String(value));
  return key === 'minItems' ? value === 0 || value === 1 : KEYWORDS.has(key);
};

function nested(key: string, value: unknown, state: State): unknown {
  if (MAPS.has(key) && isFields(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inside(inner, state)]));
  }
  if (LISTS.has(key)) return listOf(value).map(inner => inside(inner, state));
  return key === 'items' ? inside(value, state) : value;
}

const inside = (schema: unknown, state: State): unknown => (isFields(schema) ? convert(schema, state) : schema);

function closed(schema: JsonSchema, result: Record<string, unknown>, state: State): JsonSchema {
  const types = [schema.type].flat();
  if (!types.includes('object') && schema.properties === undefined) return result;
  const open = schema.additionalProperties;
  const named = Object.keys(fieldsOf(schema.properties)).length > 0;
  if (open === true || isFields(open) || (open === undefined && !named)) state.closed = true;
  return { ...result, additionalProperties: false };
}
