import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { providers } from '../../../../../providers/index.ts';
import { clientField, flatten, toNeutral } from '../../../../../src/gateway/dialects/openai-responses/neutral/index.ts';
import { GatewayError } from '../../../../../src/spec/gateway-error.ts';
import { responsesRequest } from './requests.ts';

const read = (more: object) => toNeutral({ model: 'm', input: 'hi', ...more }).request;
const messages = (...input: object[]) => read({ input }).messages;
const flat = (more: object) => flatten(toNeutral({ model: 'm', input: 'hi', ...more }));
const refusal = (more: object): GatewayError => {
  try {
    flat(more);
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error('it was taken');
};

describe('a request of the Responses dialect', () => {
  test('has instructions first, and what the model said in one go in one message', () => {
    const { messages } = read({
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: 'hi' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'x' },
        {
          type: 'message',
          role: 'assistant',
          id: 'msg_1',
          status: 'completed',
          content: [{ type: 'output_text', text: 'I look.' }],
        },
        { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'look', arguments: '{}' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: '*' },
        { type: 'function_call_output', call_id: 'c1', output: 'sea' },
        { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'ok' }] },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'hi' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm', encrypted: 'x', source: 'openai-responses', id: 'rs_1' },
          { type: 'text', text: 'I look.' },
          { type: 'tool-call', id: 'c1', name: 'look', input: '{}' },
          { type: 'tool-call', id: 'c2', name: 'patch', input: '*', custom: true },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool-result', callId: 'c1', parts: [{ type: 'text', text: 'sea' }] }] },
      { role: 'tool', parts: [{ type: 'tool-result', callId: 'c2', parts: [{ type: 'text', text: 'ok' }] }] },
    ]);
  });

  test('reads parts of every kind', () => {
    const content = [
      { type: 'input_text', text: 'a' },
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
      { type: 'input_image', file_id: 'file_1' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
      { type: 'input_file', file_url: 'https://a.test/b.pdf' },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { type: 'input_new', x: 1 },
    ];
    expect(messages({ role: 'user', content })[0]!.parts).toEqual([
      { type: 'text', text: 'a' },
      { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'low' },
      { type: 'image', media: { type: 'id', id: 'file_1' } },
      { type: 'file', media: { type: 'data', mediaType: 'application/pdf', data: 'AAAA' }, name: 'a.pdf' },
      { type: 'file', media: { type: 'url', url: 'https://a.test/b.pdf' } },
      { type: 'audio', media: { type: 'data', mediaType: 'audio/mpeg', data: 'AAAA' }, format: 'mp3' },
      { type: 'provider-part', dialect: 'openai-responses', value: content[6] },
    ]);
  });

  test.each([
    'web_search_call',
    'file_search_call',
    'computer_call',
    'code_interpreter_call',
    'image_generation_call',
    'local_shell_call',
    'shell_call',
    'apply_patch_call',
    'mcp_list_tools',
    'mcp_call',
    'mcp_approval_request',
    'compaction',
    'something_new',
  ])('keeps %s in its place', type => {
    const item = { type, id: 'x_1' };
    expect(messages(item)).toEqual([
      { role: 'assistant', parts: [{ type: 'provider-part', dialect: 'openai-responses', value: item }] },
    ]);
    const { request, warnings } = flat({ input: [{ role: 'user', content: 'hi' }, item] });
    expect(request.messages).toHaveLength(1);
    expect(warnings).toMatchObject([{ field: 'input[1]', action: 'dropped' }]);
  });

  test('reads its parameters', () => {
    expect(
      read({
        max_output_tokens: 16,
        temperature: 0.5,
        top_p: 0.9,
        top_logprobs: 2,
        parallel_tool_calls: false,
        metadata: { a: 'b' },
        service_tier: 'flex',
        prompt_cache_key: 'k',
        safety_identifier: 'u',
        reasoning: { effort: 'low', summary: 'auto' },
        text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: true }, verbosity: 'low' },
        include: ['reasoning.encrypted_content'],
        truncation: 'disabled',
        store: false,
        stream_options: { include_obfuscation: false },
      }),
    ).toEqual({
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
      maxTokens: 16,
      temperature: 0.5,
      topP: 0.9,
      logprobs: { top: 2 },
      parallelToolCalls: false,
      metadata: { a: 'b' },
      serviceTier: 'flex',
      cacheKey: 'k',
      user: 'u',
      reasoning: { effort: 'low', include: true },
      output: { type: 'json-schema', name: 'n', schema: {}, strict: true },
      stream: false,
      extra: { 'openai-chat': { verbosity: 'low' } },
    });
  });

  test('keeps a choice that says more than the neutral one', () => {
    expect(read({ tool_choice: { type: 'function', name: 'a' } }).toolChoice).toEqual({ type: 'tool', name: 'a' });
    const some = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'a' }] };
    expect(read({ tool_choice: some })).toMatchObject({ toolChoice: { type: 'required', only: ['a'] } });
    for (const tool_choice of [
      { ...some, mode: 'auto' },
      { type: 'mcp', server_label: 's' },
    ]) {
      expect(read({ tool_choice })).toMatchObject({
        toolChoice: { type: 'auto' },
        extra: { 'openai-responses': { tool_choice } },
      });
    }
  });

  test('drops what would change what an object is', () => {
    const { request, warnings } = toNeutral(
      JSON.parse('{"model":"m","input":[{"role":"user","content":"x","__proto__":{"a":1}}]}'),
    );
    expect(request.messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'x' }] }]);
    expect(warnings).toMatchObject([{ field: 'input[0].__proto__', action: 'dropped' }]);
  });

  test.each([
    [{ input: [{}] }, 'input[0].type'],
    [{ input: ['hi'] }, 'input[0]'],
    [{ input: [{ role: 'nobody', content: 'x' }] }, 'input[0].role'],
    [{ input: [{ role: 'user' }] }, 'input[0].content'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input[0].content[0].image_url'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file' }] }] }, 'input[0].content[0].file_data'],
    [{ input: [{ type: 'function_call', call_id: 'c', name: 'n' }] }, 'input[0].arguments'],
    [{ input: [{ type: 'function_call', name: 'n', arguments: '' }] }, 'input[0].call_id'],
    [{ input: [{ type: 'function_call_output', call_id: 'c' }] }, 'input[0].output'],
    [
      { input: [{ type: 'function_call_output', call_id: 'c', output: [{ type: 'refusal', refusal: 'x' }] }] },
      'input[0].output[0].type',
    ],
    [{ tools: [{ name: 'x' }] }, 'tools[0].type'],
    [{ tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'function' }] }] }, 'tools[0].tools[0].name'],
    [{ tools: [{ type: 'custom' }] }, 'tools[0].name'],
    [{ include: [1] }, 'include[0]'],
    [{ reasoning: 'low' }, 'reasoning'],
  ])('that is wrong is refused by its place: %j', (more, param) => {
    expect(refusal(more)).toMatchObject({ status: 400, param });
  });
});

describe('tools for a model of another dialect', () => {
  const open = { type: 'function', name: 'open', parameters: { type: 'object' } };

  test('are functions, with the names under which the client knows them', () => {
    const tools = [
      { type: 'namespace', name: 'mcp__fs__', description: 'x', tools: [open] },
      { type: 'custom', name: 'patch', description: 'Patch.' },
      open,
    ];
    const { request, names, toolPlaces } = flat({ tools });
    expect(request.tools).toMatchObject([
      { type: 'function', name: 'mcp__fs__open' },
      { type: 'function', name: 'patch', description: 'Patch.', schema: { required: ['input'] } },
      { type: 'function', name: 'open' },
    ]);
    expect([...names]).toEqual([
      ['mcp__fs__open', { name: 'open', namespace: 'mcp__fs__' }],
      ['patch', { name: 'patch', custom: true }],
    ]);
    expect(toolPlaces).toEqual(['tools[0].tools[0]', 'tools[1]', 'tools[2]']);
  });

  test('have short plain names that differ', () => {
    const long = 'n'.repeat(60);
    const tools = [
      {
        type: 'namespace',
        name: long,
        tools: [
          { ...open, name: 'openA' },
          { ...open, name: 'openB' },
        ],
      },
      { type: 'namespace', name: 'a.b', tools: [open] },
    ];
    const known = flat({ tools }).request.tools!.map(tool => (tool.type === 'function' ? tool.name : ''));
    expect(new Set(known).size).toBe(3);
    for (const each of known) expect(each).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  test('are called in the history as they are offered', () => {
    const input = [
      { type: 'function_call', call_id: 'c1', namespace: 'fs', name: 'open', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: 'x' },
    ];
    expect(flat({ input }).request.messages[0]!.parts).toEqual([
      { type: 'tool-call', id: 'c1', name: 'fs__open', input: '{}' },
      { type: 'tool-call', id: 'c2', name: 'patch', input: '{"input":"x"}' },
    ]);
  });
});

describe('the names of members', () => {
  const asked = flat({
    instructions: 'x',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'a' },
          { type: 'input_image', file_id: 'f' },
        ],
      },
      { type: 'reasoning', summary: [] },
      { role: 'assistant', content: 'b' },
      { type: 'function_call', call_id: 'c1', name: 'n', arguments: '' },
      { type: 'function_call', call_id: 'c2', name: 'n', arguments: '' },
      { type: 'function_call_output', call_id: 'c1', output: 'x' },
    ],
    tools: [{ type: 'namespace', name: 's', tools: [{ type: 'function', name: 'x' }] }],
  });

  test.each([
    ['messages[0]', 'instructions'],
    ['messages[1].content[1].image_url.detail', 'input[0].content[1].detail'],
    ['messages[2].reasoning_details', 'input[1]'],
    ['messages[2].content', 'input[2].content'],
    ['messages[2].tool_calls[1].extra_content', 'input[4].extra_content'],
    ['messages[3].content', 'input[5]'],
    ['tools[0].function.parameters', 'tools[0].tools[0].parameters'],
    ['max_tokens', 'max_output_tokens'],
    ['reasoning_effort', 'reasoning.effort'],
    ['response_format', 'text.format'],
    ['verbosity', 'text.verbosity'],
    ['seed', 'seed'],
    ['messages[9].content', 'input'],
  ])('%s is %s', (field, told) => {
    expect(clientField(field, asked)).toBe(told);
  });
});

test('any request can be told to every provider, or is refused for something that is named', () => {
  fc.assert(
    fc.property(responsesRequest, body => {
      const { request } = flatten(toNeutral(JSON.parse(JSON.stringify(body))));
      for (const { operations } of providers.values()) {
        const codec = operations.chat?.chat;
        try {
          codec?.toProvider(request, 'm');
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
        }
      }
    }),
    { numRuns: 100 },
  );
});
