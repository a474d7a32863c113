import { describe, expect, test } from 'vitest';
import type { FunctionTool, ToolChoice } from '../../../src/spec/chat/chat-request.ts';
import { CLAUDE, encode, fieldsOf, LLAMA, MISTRAL, NOVA, PROFILE, said } from './codec.ts';

const schema = { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] };
const look: FunctionTool = { type: 'function', name: 'look', description: 'Looks.', schema };
const wait: FunctionTool = { type: 'function', name: 'wait' };
const called = [
  said('user', 'Hi'),
  said('assistant', { type: 'tool-call', id: 'a', name: 'look', input: '{}' }),
  said('tool', { type: 'tool-result', callId: 'a', parts: [{ type: 'text', text: 'blue' }] }),
];

const config = (request: Parameters<typeof encode>[0], model = CLAUDE) => {
  const encoded = encode(request, model);
  const { tools, toolChoice } = (encoded.body.toolConfig ?? {}) as {
    tools?: { toolSpec?: object }[];
    toolChoice?: object;
  };
  return { tools, toolChoice, fields: fieldsOf(encoded) };
};

test('tools with their schemas', () => {
  expect(config({ tools: [look, wait, { type: 'function', name: 'a.b', description: '' }] })).toEqual({
    tools: [
      { toolSpec: { name: 'look', description: 'Looks.', inputSchema: { json: schema } } },
      { toolSpec: { name: 'wait', inputSchema: { json: { type: 'object', properties: {} } } } },
      { toolSpec: { name: 'a_x2e_b', inputSchema: { json: { type: 'object', properties: {} } } } },
    ],
    toolChoice: undefined,
    fields: ['tools[2].function.name emulated'],
  });
});

test('those of this dialect travel untouched, those of another one are left out and named', () => {
  const systemTool = { systemTool: { name: 'nova_grounding' } };
  const tools = [
    { type: 'provider' as const, dialect: 'bedrock', definition: systemTool },
    { type: 'provider' as const, dialect: 'gemini', definition: { google_search: {} } },
  ];
  expect(config({ tools }, NOVA)).toMatchObject({ tools: [systemTool], fields: ['tools[1] dropped'] });
});

test('a strict schema is enforced where the model does that', () => {
  const closed = { ...schema, additionalProperties: false };
  const tools = [{ ...look, schema: closed, strict: true }];

  expect(config({ tools }).tools).toEqual([
    { toolSpec: { name: 'look', description: 'Looks.', strict: true, inputSchema: { json: closed } } },
  ]);
  expect(config({ tools }, NOVA)).toMatchObject({ fields: ['tools[0].function.strict dropped'] });
});

describe('the choice among tools', () => {
  const tools = [look, wait];
  const choices: readonly ToolChoice[] = [
    { type: 'auto' },
    { type: 'required' },
    { type: 'tool', name: 'wait' },
    { type: 'required', only: ['wait'] },
  ];
  const chosen = (model: string) =>
    choices.map(toolChoice => {
      const { toolChoice: sent, tools: offered, fields } = config({ tools, toolChoice }, model);
      return [JSON.stringify(sent), offered?.length, ...fields].join(' ');
    });

  test.each([CLAUDE, NOVA, PROFILE])('%s', model => {
    expect(chosen(model)).toEqual([
      '{"auto":{}} 2',
      '{"any":{}} 2',
      '{"tool":{"name":"wait"}} 2',
      '{"tool":{"name":"wait"}} 2',
    ]);
  });

  test('is narrowed where one tool cannot be named', () => {
    const narrowed = '{"any":{}} 1 tool_choice emulated';
    expect(chosen(MISTRAL)).toEqual(['{"auto":{}} 2', '{"any":{}} 2', narrowed, narrowed]);
  });

  test("is the model's where no call can be forced", () => {
    const free = ' 2 tool_choice approximated';
    expect(chosen(LLAMA)).toEqual([' 2', free, free, ' 1 tool_choice emulated tool_choice approximated']);
  });

  test('of none leaves the tools out, or asks for no call where the conversation has some', () => {
    const none = { type: 'none' as const };
    expect(config({ tools, toolChoice: none })).toEqual({
      tools: undefined,
      toolChoice: undefined,
      fields: ['tool_choice emulated'],
    });
    const { body } = encode({ messages: called, tools, toolChoice: none });
    expect(body).toMatchObject({
      system: [{ text: 'Do not call any tool in this answer.' }],
      toolConfig: { tools: [{}, {}] },
    });
  });

  test('is left out without tools', () => {
    expect(config({ toolChoice: { type: 'required' } })).toMatchObject({
      tools: undefined,
      fields: ['tool_choice dropped'],
    });
  });
});

test('a conversation with calls has tools, also where the request offers none', () => {
  expect(config({ messages: called })).toEqual({
    tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }],
    toolChoice: undefined,
    fields: ['tools emulated'],
  });
});

describe('several calls at once', () => {
  const sent = (toolChoice?: ToolChoice, model?: string) => {
    const encoded = encode({ tools: [look], parallelToolCalls: false, ...(toolChoice && { toolChoice }) }, model);
    return [encoded.body.additionalModelRequestFields, ...fieldsOf(encoded)];
  };

  test('are forbidden where the model can do that, without contradicting the choice', () => {
    expect(sent()).toEqual([{ tool_choice: { type: 'auto', disable_parallel_tool_use: true } }]);
    expect(sent({ type: 'required' })).toEqual([{ tool_choice: { disable_parallel_tool_use: true } }]);
  });

  test.each([NOVA, PROFILE, 'anthropic.claude-sonnet-4-20250514-v1:0'])('cannot be forbidden with %s', model => {
    expect(sent(undefined, model)).toEqual([undefined, 'parallel_tool_calls dropped']);
  });

  test('need not be forbidden without tools', () => {
    expect(sent({ type: 'none' })).toEqual([undefined, 'tool_choice emulated']);
    expect(fieldsOf(encode({ parallelToolCalls: false }))).toEqual([]);
    expect(config({ tools: [look], parallelToolCalls: true }).fields).toEqual([]);
  });
});

describe('JSON by schema', () => {
  const answer = {
    type: 'object',
    properties: { colour: { type: 'string' } },
    required: ['colour'],
    additionalProperties: false,
  };
  const output = { type: 'json-schema' as const, name: 'answer', schema: answer };

  test('is enforced where the model does that', () => {
    const encoded = encode({ output });
    expect(encoded.body.outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(answer) } },
      },
    });
    expect(encoded.warnings).toEqual([]);
  });

  test.each([
    [NOVA, { tool: { name: 'answer_in_json' } }],
    [MISTRAL, { any: {} }],
  ])('is the input of a tool that must be called: %s', (model, toolChoice) => {
    const found = config({ output }, model);
    expect(found).toMatchObject({ toolChoice, fields: ['response_format emulated'] });
    expect(found.tools).toMatchObject([{ toolSpec: { name: 'answer_in_json', inputSchema: { json: answer } } }]);
  });

  test('is asked for where no call can be forced', () => {
    const encoded = encode({ output }, LLAMA);
    expect(encoded.body.system).toEqual([{ text: expect.stringContaining(JSON.stringify(answer)) }]);
    expect(encoded.body.toolConfig).toBeUndefined();
    expect(fieldsOf(encoded)).toEqual(['response_format emulated']);
  });

  test("or one of the caller's tools is called", () => {
    const found = config({ output, tools: [look], toolChoice: { type: 'required' } }, NOVA);
    expect(found.tools).toHaveLength(2);
    expect(found).toMatchObject({
      toolChoice: { any: {} },
      fields: ['response_format emulated', 'tool_choice approximated'],
    });
  });

  test('without a schema is the input of a tool for Claude, too', () => {
    expect(config({ output: { type: 'json' } })).toMatchObject({ toolChoice: { tool: { name: 'answer_in_json' } } });
  });
});
