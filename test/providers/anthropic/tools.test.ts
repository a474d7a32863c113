import { describe, expect, test } from 'vitest';
import { decodeToolName, encodeToolName } from '../../../providers/anthropic/tool-names.ts';
import type { ChatRequest, FunctionTool } from '../../../src/spec/chat/chat-request.ts';
import { encode, fieldsOf } from './codec.ts';

const NEW = 'claude-sonnet-4-5';
const tool = (name: string, schema?: FunctionTool['schema'], more: Partial<FunctionTool> = {}): FunctionTool => ({
  type: 'function',
  name,
  ...(schema && { schema }),
  ...more,
});
const tools = [tool('f'), tool('g')];

describe('tools', () => {
  test('always have an object as their schema', () => {
    const encoded = encode({
      tools: [
        tool('none'),
        tool('untyped', { properties: { a: { type: 'string' } } }, { description: 'D' }),
        tool('pointer', { $ref: '#/$defs/A', $defs: { A: { type: 'object', properties: { a: {} } } } }),
        tool('choice', {
          anyOf: [
            { type: 'object', properties: { a: {}, b: {} }, required: ['a', 'b'] },
            { type: 'object', properties: { b: {}, c: {} }, required: ['b'] },
          ],
        }),
      ],
    });

    expect(encoded.body.tools).toEqual([
      { name: 'none', input_schema: { type: 'object', properties: {} } },
      { name: 'untyped', description: 'D', input_schema: { type: 'object', properties: { a: { type: 'string' } } } },
      {
        name: 'pointer',
        input_schema: {
          type: 'object',
          properties: { a: {} },
          $defs: { A: { type: 'object', properties: { a: {} } } },
        },
      },
      { name: 'choice', input_schema: { type: 'object', properties: { a: {}, b: {}, c: {} }, required: ['b'] } },
    ]);
    expect(fieldsOf(encoded)).toEqual(['tools[3].function.parameters approximated']);
  });

  test('strict ones are closed, and bounds are told in words', () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer', minimum: 1, description: 'N' }, when: { type: 'string', format: 'date' } },
      required: ['n'],
    };
    const encoded = encode({ tools: [tool('f', schema, { strict: true })] }, NEW);

    expect(encoded.body.tools).toEqual([
      {
        name: 'f',
        strict: true,
        input_schema: {
          ...schema,
          additionalProperties: false,
          properties: {
            n: { type: 'integer', description: 'N\n\n{minimum: 1}' },
            when: { type: 'string', format: 'date' },
          },
        },
      },
    ]);
    expect(fieldsOf(encoded)).toEqual(['tools[0].function.parameters approximated']);
    expect(fieldsOf(encode({ tools: [tool('f', schema, { strict: true })] }))).toEqual([
      'tools[0].function.strict dropped',
    ]);
  });

  test('of this dialect travel untouched, those of others stay behind', () => {
    const definition = { type: 'web_search_20250305', name: 'web_search', max_uses: 2 };
    const encoded = encode({
      tools: [
        { type: 'provider', dialect: 'anthropic', definition },
        { type: 'provider', dialect: 'gemini', definition: { googleSearch: {} } },
      ],
    });

    expect(encoded.body.tools).toEqual([definition]);
    expect(fieldsOf(encoded)).toEqual(['tools[1] dropped']);
  });

  test.each(['plain', 'a.b/c', 'größe', 'x_x2e_y', '_x', 'a__b', '😀', '_x5f_x2e_'])('name %s comes back', name => {
    expect(encodeToolName(name)).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(decodeToolName(encodeToolName(name))).toBe(name);
  });

  test('a name outside the alphabet is escaped everywhere', () => {
    const encoded = encode({ tools: [tool('a.b')], toolChoice: { type: 'tool', name: 'a.b' } });

    expect(encoded.body).toMatchObject({
      tools: [{ name: 'a_x2e_b' }],
      tool_choice: { type: 'tool', name: 'a_x2e_b' },
    });
    expect(fieldsOf(encoded)).toEqual(['tools[0].function.name emulated']);
  });
});

describe('choice', () => {
  test.each<[string, Partial<ChatRequest>, unknown]>([
    ['none said', { tools }, undefined],
    ['auto', { tools, toolChoice: { type: 'auto' } }, { type: 'auto' }],
    ['none', { tools, toolChoice: { type: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    ['required', { tools, toolChoice: { type: 'required' } }, { type: 'any' }],
    ['one of one', { tools, toolChoice: { type: 'required', only: ['g'] } }, { type: 'tool', name: 'g' }],
    ['a tool', { tools, toolChoice: { type: 'tool', name: 'f' } }, { type: 'tool', name: 'f' }],
    ['one at a time', { tools, parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
  ])('%s', (_, request, expected) => {
    const encoded = encode(request);

    expect(encoded.body.tool_choice).toEqual(expected);
    expect(encoded.warnings).toEqual([]);
  });

  test('among some of the tools offers only those', () => {
    const encoded = encode({ tools: [...tools, tool('h')], toolChoice: { type: 'required', only: ['f', 'h'] } });

    expect(encoded.body).toMatchObject({ tools: [{ name: 'f' }, { name: 'h' }], tool_choice: { type: 'any' } });
    expect(fieldsOf(encoded)).toEqual(['tool_choice emulated']);
  });

  test('without tools is left out', () => {
    expect(fieldsOf(encode({ toolChoice: { type: 'required' } }))).toEqual(['tool_choice dropped']);
  });

  test('is the model’s own where it cannot be forced', () => {
    const encoded = encode({ tools, toolChoice: { type: 'required' } }, 'claude-opus-5-5');

    expect(encoded.body.tool_choice).toEqual({ type: 'auto' });
    expect(fieldsOf(encoded)).toEqual(['tool_choice approximated']);
  });
});

describe('JSON', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
  const output = { type: 'json-schema', name: 'out', schema } as const;

  test('of a schema is enforced where the model does that', () => {
    const encoded = encode({ output }, NEW);

    expect(encoded.body.output_config).toEqual({
      format: { type: 'json_schema', schema: { ...schema, additionalProperties: false } },
    });
    expect(encoded.warnings).toEqual([]);
  });

  test('of an older model is the input of a tool', () => {
    const encoded = encode({ output }, 'claude-3-5-haiku-latest');

    expect(encoded.body).toMatchObject({
      tools: [{ name: 'answer_in_json', input_schema: schema }],
      tool_choice: { type: 'tool', name: 'answer_in_json' },
    });
    expect(fieldsOf(encoded)).toEqual(['response_format emulated']);
  });

  test('stands beside the caller’s own tools', () => {
    expect(encode({ output: { type: 'json' }, tools }, NEW).body).toMatchObject({
      tools: [{ name: 'f' }, { name: 'g' }, { name: 'answer_in_json' }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    });
  });

  test('is asked for where a call cannot be forced', () => {
    const encoded = encode({ output: { type: 'json' }, messages: [] }, 'claude-sonnet-5-5');

    expect(encoded.body.system).toMatchObject([{ text: expect.stringContaining('one JSON object') }]);
    expect(fieldsOf(encoded)).toContain('response_format emulated');
  });

  test('with unnamed members goes through a tool, or loses them with a warning', () => {
    const open = { ...output, schema: { type: 'object', additionalProperties: { type: 'string' } } };

    expect(encode({ output: open }, NEW).body.tools).toMatchObject([{ input_schema: open.schema }]);
    expect(fieldsOf(encode({ output: open }, 'claude-opus-5-5'))).toEqual([
      'response_format.json_schema.schema approximated',
    ]);
  });
});
