import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectSchema } from '../../../providers/gemini/object-schema.ts';
import { readableSchema } from '../../../providers/gemini/schema.ts';
import type { JsonSchema } from '../../../src/spec/chat/chat-request.ts';

/** What the API documents for parametersJsonSchema and responseJsonSchema, without references, which are followed. */
const KNOWN = new Set(
  'type format title description enum items prefixItems minItems maxItems minimum maximum anyOf properties additionalProperties required propertyOrdering'.split(
    ' ',
  ),
);

const table: readonly (readonly [name: string, from: JsonSchema, to: JsonSchema, told?: readonly string[]])[] = [
  ['a plain type', { type: 'string', description: 'A' }, { type: 'string', description: 'A' }],
  ['any value', {}, {}],
  ['types in capitals', { type: 'OBJECT', properties: {} }, { type: 'object', properties: {} }],
  ['a type or null', { type: ['string', 'null'] }, { type: ['string', 'null'] }],
  ['OpenAPI’s null', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
  [
    'several types',
    { type: ['string', 'integer', 'null'], minimum: 1, description: 'A' },
    { description: 'A', anyOf: [{ type: 'string' }, { type: 'integer', minimum: 1 }, { type: 'null' }] },
  ],
  ['a type that is not said', { properties: { a: true } }, { type: 'object', properties: { a: {} } }],
  ['a constant', { const: 'a' }, { type: 'string', enum: ['a'] }],
  ['a constant number', { const: 1 }, { type: 'integer', enum: [1] }],
  ['a constant that is not listed', { const: true }, { type: 'boolean', description: '{enum: [true]}' }, ['enum']],
  ['both truth values', { enum: [true, false] }, { type: 'boolean' }],
  ['values of a type or null', { enum: ['a', null] }, { type: ['string', 'null'], enum: ['a'] }],
  [
    'values of several types',
    { enum: ['a', 1.5] },
    {
      anyOf: [
        { type: 'string', enum: ['a'] },
        { type: 'number', enum: [1.5] },
      ],
    },
  ],
  ['a format that is known', { type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }],
  [
    'a format that is not',
    { type: 'string', format: 'email', description: 'Whose' },
    { type: 'string', description: 'Whose\n{format: "email"}' },
    ['format'],
  ],
  [
    'a text with a pattern',
    { type: 'string', pattern: '^a', minLength: 2 },
    { type: 'string', description: '{pattern: "^a", minLength: 2}' },
    ['pattern', 'minLength'],
  ],
  ['a default', { type: 'integer', default: 5 }, { type: 'integer', description: '{default: 5}' }],
  ['a strict bound of whole numbers', { type: 'integer', exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }],
  [
    'a strict bound of fractions',
    { type: 'number', exclusiveMaximum: 1 },
    { type: 'number', maximum: 1, description: '{exclusiveMaximum: 1}' },
    ['exclusiveMaximum'],
  ],
  [
    'the older form of a strict bound',
    { type: 'integer', minimum: 0, exclusiveMinimum: true },
    { type: 'integer', minimum: 1 },
  ],
  ['a list of anything', { type: 'array' }, { type: 'array', items: {} }],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'string' }], items: false },
    { type: 'array', prefixItems: [{ type: 'string' }], maxItems: 1, items: {} },
  ],
  [
    'the older form of a tuple',
    { type: 'array', items: [{ type: 'string' }], additionalItems: false },
    { type: 'array', prefixItems: [{ type: 'string' }], maxItems: 1, items: {} },
  ],
  [
    'a closed object',
    { type: 'object', properties: {}, additionalProperties: false },
    { type: 'object', properties: {}, additionalProperties: false },
  ],
  [
    'a map',
    { type: 'object', additionalProperties: { type: 'string', const: 'a' } },
    { type: 'object', additionalProperties: { type: 'string', enum: ['a'] } },
  ],
  [
    'a requirement without a property',
    { type: 'object', properties: { a: {} }, required: ['a', 'b'] },
    { type: 'object', properties: { a: {} }, required: ['a'], description: '{required: ["b"]}' },
    ['required'],
  ],
  [
    'a choice',
    { oneOf: [{ type: 'string' }, { type: 'null' }], title: 'T', description: 'A' },
    { title: 'T', description: 'A', anyOf: [{ type: 'string' }, { type: 'null' }] },
  ],
  [
    'what stands beside a choice',
    { type: 'object', properties: { a: {}, b: {} }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    {
      anyOf: [
        { type: 'object', properties: { a: {}, b: {} }, required: ['a'] },
        { type: 'object', properties: { a: {}, b: {} }, required: ['b'] },
      ],
    },
  ],
  ['a choice of one', { anyOf: [{ type: 'string' }], description: 'A' }, { description: 'A', type: 'string' }],
  [
    'a branch that cannot be',
    { type: 'string', anyOf: [{ type: 'integer' }, { enum: ['a'] }] },
    { type: 'string', enum: ['a'] },
  ],
  [
    'a sum',
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { properties: { a: { enum: ['x'] }, b: {} }, required: ['b'] },
      ],
    },
    { type: 'object', properties: { a: { type: 'string', enum: ['x'] }, b: {} }, required: ['a', 'b'] },
  ],
  [
    'references',
    {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A' }, b: { $ref: '#/definitions/B', description: 'mine' } },
      $defs: { A: { type: 'string' } },
      definitions: { B: { $ref: '#/$defs/A' } },
    },
    { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string', description: 'mine' } } },
  ],
  ['a reference elsewhere', { $ref: 'https://example.com/a.json' }, {}, ['$ref']],
  [
    'what is not known at all',
    { type: 'object', properties: {}, patternProperties: { '^x': {} }, 'x-own': 1, $schema: 'https://json-schema.org' },
    { type: 'object', properties: {}, description: '{patternProperties: {"^x":{}}, x-own: 1}' },
    ['patternProperties', 'x-own'],
  ],
  [
    'names that are keywords',
    { type: 'object', properties: { $ref: { type: 'string' }, const: { type: 'string' }, anyOf: { type: 'string' } } },
    { type: 'object', properties: { $ref: { type: 'string' }, const: { type: 'string' }, anyOf: { type: 'string' } } },
  ],
];

describe('a schema', () => {
  test.for(table)('with %s keeps its meaning', ([, from, to, told = []]) => {
    expect(readableSchema(from)).toEqual({ schema: to, told });
  });

  test('that holds itself is unrolled a few times', () => {
    const node = { type: 'object', description: 'A node', properties: { next: { $ref: '#/$defs/node' } } };
    const { schema, told } = readableSchema({ $ref: '#/$defs/node', $defs: { node } });
    const depth = (at: unknown): number => {
      const next = (at as { properties?: { next?: unknown } }).properties?.next;
      return next === undefined ? 0 : 1 + depth(next);
    };

    expect(depth(schema)).toBe(3);
    expect(JSON.stringify(schema)).not.toContain('$ref');
    expect(told).toEqual(['$ref']);
  });

  test('that is a circle of references ends', () => {
    const $defs = { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } };

    expect(readableSchema({ $ref: '#/$defs/a', $defs }).told).toEqual(['$ref']);
  });

  test('that would unroll without bound stays small', () => {
    const levels = Array.from({ length: 40 }, (_, level) => {
      const next = { $ref: `#/$defs/n${level + 1}` };
      return [`n${level}`, { type: 'object', properties: { a: next, b: next, c: { anyOf: [next, next] } } }] as const;
    });
    const started = performance.now();
    const { schema } = readableSchema({ $ref: '#/$defs/n0', $defs: { ...Object.fromEntries(levels), n40: {} } });

    expect(JSON.stringify(schema).length).toBeLessThan(1_000_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('whose sums multiply choices stays small', () => {
    const choice = { anyOf: Array.from({ length: 10 }, (_, index) => ({ properties: { [`p${index}`]: {} } })) };
    const { schema } = readableSchema({ allOf: Array.from({ length: 12 }, () => choice) });

    expect(JSON.stringify(schema).length).toBeLessThan(1_000_000);
  });
});

describe('the input of a tool', () => {
  test.for([
    ['nothing', {}, { type: 'object', properties: {} }],
    ['an object without properties', { type: 'object' }, { type: 'object', properties: {} }],
    [
      'an object or null',
      { type: ['object', 'null'], properties: { a: {} } },
      { type: 'object', properties: { a: {} } },
    ],
    ['something else', { type: 'string' }, { type: 'object', properties: {} }],
    [
      'a choice of objects',
      {
        anyOf: [
          { type: 'object', properties: { kind: { const: 'a' }, x: { type: 'string' } }, required: ['kind', 'x'] },
          { type: 'object', properties: { kind: { const: 'b' } }, required: ['kind'] },
        ],
      },
      {
        type: 'object',
        properties: {
          kind: {
            anyOf: [
              { type: 'string', enum: ['a'] },
              { type: 'string', enum: ['b'] },
            ],
          },
          x: { type: 'string' },
        },
        required: ['kind'],
      },
    ],
  ] as const)('that is %s is an object', ([, from, to]) => {
    expect(objectSchema(from as JsonSchema).schema).toEqual(to);
  });
});

const word = fc.constantFrom('a', 'b', '$ref', 'const', 'type');
const { schema: anySchema } = fc.letrec<{ schema: JsonSchema }>(tie => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record(
      {
        type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'null', 'array', 'object'),
        format: fc.constantFrom('date-time', 'uuid'),
        enum: fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), { maxLength: 4 }),
        const: fc.jsonValue({ maxDepth: 1 }),
        pattern: fc.string(),
        default: fc.jsonValue({ maxDepth: 1 }),
        exclusiveMinimum: fc.oneof(fc.integer(), fc.boolean()),
        multipleOf: fc.integer({ min: 1 }),
        uniqueItems: fc.boolean(),
        $ref: fc.constantFrom('#', '#/$defs/a', '#/$defs/none', 'elsewhere', '#/%'),
        $schema: fc.string(),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      {
        type: fc.oneof(
          fc.constantFrom('object', 'array'),
          fc.subarray(['string', 'object', 'array', 'null'], { minLength: 1 }),
        ),
        properties: fc.dictionary(word, tie('schema'), { maxKeys: 3 }),
        required: fc.array(word, { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        patternProperties: fc.dictionary(fc.string(), tie('schema'), { maxKeys: 1 }),
        items: fc.oneof(fc.boolean(), tie('schema'), fc.array(tie('schema'), { maxLength: 2 })),
        prefixItems: fc.array(tie('schema'), { maxLength: 2 }),
        anyOf: fc.array(tie('schema'), { maxLength: 3 }),
        oneOf: fc.array(tie('schema'), { maxLength: 3 }),
        allOf: fc.array(tie('schema'), { maxLength: 2 }),
        not: tie('schema'),
        $defs: fc.dictionary(word, tie('schema'), { maxKeys: 2 }),
      },
      { requiredKeys: [] },
    ),
  ),
}));

/** Every schema inside a schema, itself included. */
function schemasIn(schema: JsonSchema): readonly JsonSchema[] {
  const { properties = {}, items, additionalProperties, anyOf = [], prefixItems = [] } = schema;
  const inner = [
    ...Object.values(properties as object),
    items,
    additionalProperties,
    ...(anyOf as []),
    ...(prefixItems as []),
  ];
  const schemas = inner.filter(each => typeof each === 'object' && each !== null) as JsonSchema[];
  return [schema, ...schemas.flatMap(schemasIn)];
}

test('no schema becomes one that the API refuses', () => {
  fc.assert(
    fc.property(anySchema, schema => {
      for (const part of schemasIn(readableSchema(schema).schema)) {
        expect(Object.keys(part).filter(key => !KNOWN.has(key))).toEqual([]);
        const types = [part.type].flat().filter(type => type !== 'null');
        expect(types.length).toBeLessThan(2);
        if (types[0] === 'array') expect(part).toHaveProperty('items');
        for (const name of (part.required ?? []) as string[]) expect(part.properties).toHaveProperty([name]);
        for (const value of (part.enum ?? []) as unknown[]) expect(['string', 'number']).toContain(typeof value);
        if (part.anyOf !== undefined) {
          expect(Object.keys(part).filter(key => !['anyOf', 'title', 'description'].includes(key))).toEqual([]);
        }
      }
      expect(objectSchema(schema).schema.type).toBe('object');
    }),
    { numRuns: 300 },
  );
});
