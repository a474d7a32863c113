import { expect, test } from 'vitest';
import { toolArguments } from '../../../providers/simulator/tool-arguments.ts';

test.each<[string, unknown, unknown]>([
  ['no schema', undefined, {}],
  ['an empty object', { type: 'object', properties: {} }, {}],
  [
    'every property where none is required',
    { properties: { a: { type: 'string' }, b: { type: 'boolean' } } },
    { a: 'example', b: true },
  ],
  ['only what is required', { properties: { a: { type: 'string' }, b: {} }, required: ['a'] }, { a: 'example' }],
  [
    'constants, defaults, examples and choices',
    { properties: { a: { const: 1 }, b: { default: 2 }, c: { examples: [3] }, d: { enum: [4, 5] } } },
    { a: 1, b: 2, c: 3, d: 4 },
  ],
  [
    'bounds of numbers',
    {
      properties: {
        a: { type: 'integer', exclusiveMinimum: 4 },
        b: { type: 'number', minimum: 7, multipleOf: 5 },
        c: { type: 'integer', maximum: 0 },
      },
    },
    { a: 5, b: 10, c: 0 },
  ],
  [
    'bounds of texts',
    {
      properties: {
        a: { type: 'string', minLength: 9 },
        b: { type: 'string', maxLength: 2 },
        c: { type: 'string', format: 'date' },
      },
    },
    { a: 'examplexx', b: 'ex', c: '2025-01-01' },
  ],
  [
    'lists',
    {
      properties: { a: { type: 'array', items: { type: 'integer' }, minItems: 2 }, b: { type: 'array', minItems: 0 } },
    },
    { a: [1, 1], b: [] },
  ],
  [
    'a type that may be null',
    { properties: { a: { type: ['null', 'integer'] }, b: { anyOf: [{ type: 'null' }, { type: 'boolean' }] } } },
    { a: 1, b: true },
  ],
  [
    'references and merges',
    {
      $defs: { p: { type: 'object', properties: { x: { type: 'integer' } } } },
      properties: { a: { $ref: '#/$defs/p' }, b: { allOf: [{ properties: { y: { const: 'z' } } }] } },
    },
    { a: { x: 1 }, b: { y: 'z' } },
  ],
])('%s', (_name, schema, expected) => {
  expect(toolArguments(schema)).toEqual(expected);
});

test('ends where a schema refers to itself or is hostile', () => {
  const circle = {
    $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    properties: { c: { $ref: '#/$defs/a' } },
  };
  const deep = { properties: { me: { $ref: '#' }, too: { $ref: '#' }, also: { $ref: '#' } } };
  const odd = {
    properties: { a: { format: 'constructor' }, b: { $ref: '#/__proto__/x' }, c: { minItems: 1e9, type: 'array' } },
  };

  expect(toolArguments(circle)).toEqual({ c: 'example' });
  expect(JSON.stringify(toolArguments(deep)).length).toBeLessThan(100_000);
  expect(toolArguments(odd)).toMatchObject({ a: 'example', b: 'example' });
  for (const schema of [null, 7, 'x', [], { properties: 7, required: 'a' }]) expect(toolArguments(schema)).toEqual({});
});
