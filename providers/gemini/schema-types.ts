import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';
import { listOf } from './fields.ts';
import { withEnum } from './schema-merge.ts';

const NAMES = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);

/** Keywords that speak of one type alone, to tell the type where a schema does not say it. */
const speaking: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/**
 * The schema as one branch for each type that a value may have, `type` being one word, or that word and `null`. One
 * branch without a type stands for any value.
 */
export function typedBranches(schema: JsonSchema): readonly JsonSchema[] {
  const listed = withEnum(schema);
  const { nullable, type, enum: values, ...rest } = listed;
  const types = typesOf(listed);
  const isNull = nullable === true || types.includes('null') || listOf(values).includes(null);
  const named = types.filter(each => each !== 'null');
  const branches = Array.isArray(values)
    ? valueBranches(
        values.filter(value => value !== null),
        named,
        rest,
      )
    : named.map(each => ({ ...rest, type: each }));
  if (branches.length === 0) return [isNull ? { ...rest, type: 'null' } : rest];
  if (!isNull) return branches;
  const [only] = branches;
  return branches.length === 1 && typeof only?.type === 'string'
    ? [{ ...only, type: [only.type, 'null'] }]
    : [...branches, { type: 'null' }];
}

function typesOf(schema: JsonSchema): readonly string[] {
  // OpenAPI spells them in capitals.
  const said = [schema.type].flat().flatMap(type => (typeof type === 'string' ? [type.toLowerCase()] : []));
  const known = [...new Set(said.filter(type => NAMES.has(type)))];
  if (known.length > 0 || Array.isArray(schema.enum)) return known;
  const implied = speaking.find(([, keywords]) => keywords.some(keyword => Object.hasOwn(schema, keyword)));
  return implied === undefined ? [] : [implied[0]];
}

/** Lists of values by their type; only texts and numbers can be listed, so other values are left to a remark. */
function valueBranches(values: readonly unknown[], types: readonly string[], rest: JsonSchema): readonly JsonSchema[] {
  const texts = values.filter(value => typeof value === 'string');
  const numbers = values.filter(value => typeof value === 'number');
  const others = values.filter(value => typeof value !== 'string' && typeof value !== 'number');
  const branches: JsonSchema[] = [];
  if (texts.length > 0) branches.push({ ...rest, type: 'string', enum: texts });
  if (numbers.length > 0) branches.push({ ...rest, type: numberType(numbers, types), enum: numbers });
  if (others.length > 0) branches.push(unlisted(others, types, rest));
  return branches;
}

const numberType = (numbers: readonly number[], types: readonly string[]): string =>
  types.includes('number') || !numbers.every(Number.isInteger) ? 'number' : 'integer';

function unlisted(values: readonly unknown[], types: readonly string[], rest: JsonSchema): JsonSchema {
  if (!values.every(value => typeof value === 'boolean')) {
    const type = types.find(each => each === 'object' || each === 'array');
    return { ...rest, ...(type === undefined ? {} : { type }), values };
  }
  return new Set(values).size > 1 ? { ...rest, type: 'boolean' } : { ...rest, type: 'boolean', values };
}
