import { describe, expect, test } from 'vitest';
import { toNeutral } from '../../../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import { GatewayError } from '../../../../../src/spec/gateway-error.ts';

const hello = [{ role: 'user', content: 'Hello' }];
const ask = (more: object) => toNeutral({ model: 'm', messages: hello, ...more }).request;
const partsOf = (...messages: object[]) =>
  toNeutral({ model: 'm', messages }).request.messages.map(({ parts }) => parts);

describe('messages', () => {
  test('have roles, names and parts in order', () => {
    const { request, warnings } = toNeutral({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
        {
          role: 'user',
          name: 'ann',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
            { type: 'image_url', image_url: { url: 'data:image/PNG;base64,iVBO' } },
            { type: 'input_audio', input_audio: { data: 'UklG', format: 'mp3' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
        },
      ],
    });

    expect(warnings).toEqual([]);
    expect(request.messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'developer', parts: [{ type: 'text', text: 'Be kind.' }] },
      {
        role: 'user',
        name: 'ann',
        parts: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', media: { type: 'url', url: 'https://example.com/a.png' }, detail: 'low' },
          { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'iVBO' } },
          { type: 'audio', media: { type: 'data', mediaType: 'audio/mpeg', data: 'UklG' }, format: 'mp3' },
          { type: 'file', media: { type: 'data', mediaType: 'application/pdf', data: 'JVBE' }, name: 'a.pdf' },
          { type: 'file', media: { type: 'id', id: 'file-1' } },
        ],
      },
    ]);
  });

  test('of tools hold texts and images, and name their call', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };

    expect(
      partsOf({ role: 'tool', tool_call_id: 'call_1', name: 'look', content: [{ type: 'text', text: 'Here' }, image] }),
    ).toEqual([
      [
        {
          type: 'tool-result',
          callId: 'call_1',
          name: 'look',
          parts: [
            { type: 'text', text: 'Here' },
            { type: 'image', media: { type: 'data', mediaType: 'image/png', data: 'AAAA' } },
          ],
        },
      ],
    ]);
  });

  test('of the assistant hold thoughts first and calls last', () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } };
    const custom = { id: 'call_2', type: 'custom', custom: { name: 'sql', input: 'select 1' } };

    expect(
      partsOf({
        role: 'assistant',
        content: 'Let me see.',
        refusal: 'No.',
        reasoning_content: 'Hm',
        tool_calls: [call, custom],
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a.b', title: 'A', start_index: 0, end_index: 3 } },
        ],
      }),
    ).toEqual([
      [
        { type: 'reasoning', text: 'Hm' },
        { type: 'text', text: 'Let me see.', citations: [{ url: 'https://a.b', title: 'A', start: 0, end: 3 }] },
        { type: 'refusal', text: 'No.' },
        { type: 'tool-call', id: 'call_1', name: 'look', input: '{"at":1}' },
        { type: 'tool-call', id: 'call_2', name: 'sql', input: 'select 1', custom: true },
      ],
    ]);
  });

  test('keep where a cache ends, on a message, a part and a tool', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    const marked = { anthropic: { cache_control } };
    const { messages, tools } = ask({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control }], cache_control }],
      tools: [
        { type: 'function', function: { name: 'a' }, cache_control },
        { type: 'function', function: { name: 'b', cache_control } },
      ],
    });

    expect(messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'Hi', extra: marked }], extra: marked }]);
    expect(tools).toEqual([
      { type: 'function', name: 'a', extra: marked },
      { type: 'function', name: 'b', extra: marked },
    ]);
  });

  test('keep what nobody here knows, where it stood', () => {
    expect(
      partsOf({
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'https://a.b/c', crop: 1 }, hint: 'x' }],
      }),
    ).toEqual([
      [
        {
          type: 'image',
          media: { type: 'url', url: 'https://a.b/c' },
          extra: { 'openai-chat': { hint: 'x', image_url: { crop: 1 } } },
        },
      ],
    ]);
  });
});

describe('thoughts that a client sends back', () => {
  const back = (message: object) => partsOf({ role: 'assistant', content: null, ...message })[0];
  const claude = { format: 'anthropic-claude-v1', index: 0 };

  test('come with their proof, and the plain text is not told twice', () => {
    expect(
      back({
        reasoning_content: 'Let me think',
        reasoning_details: [
          { type: 'reasoning.text', text: 'Let me think', signature: 'c2ln', ...claude },
          { type: 'reasoning.encrypted', data: 'b3BhcXVl', ...claude, index: 1 },
        ],
      }),
    ).toEqual([
      { type: 'reasoning', text: 'Let me think', signature: 'c2ln', source: 'anthropic' },
      { type: 'reasoning', text: '', encrypted: 'b3BhcXVl', source: 'anthropic' },
    ]);
  });

  test('may come as the pieces of the stream', () => {
    expect(
      back({
        reasoning_details: [
          { type: 'reasoning.text', text: 'Let me ', ...claude },
          { type: 'reasoning.text', text: 'think', ...claude },
          { type: 'reasoning.text', signature: 'c2ln', ...claude },
          { type: 'reasoning.text', text: 'Again', ...claude, index: 1 },
        ],
      }),
    ).toEqual([
      { type: 'reasoning', text: 'Let me think', signature: 'c2ln', source: 'anthropic' },
      { type: 'reasoning', text: 'Again', source: 'anthropic' },
    ]);
  });

  test('with a summary and an encrypted form are one thought', () => {
    const entry = { id: 'rs_1', format: 'openai-responses-v1', index: 0 };

    expect(
      back({
        reasoning_details: [
          { type: 'reasoning.summary', summary: 'It thought', ...entry },
          { type: 'reasoning.encrypted', data: 'ZW5j', ...entry },
        ],
      }),
    ).toEqual([
      {
        type: 'reasoning',
        text: 'It thought',
        encrypted: 'ZW5j',
        source: 'openai-responses',
        id: 'rs_1',
        extra: { 'openai-chat': { type: 'reasoning.summary' } },
      },
    ]);
  });

  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
  const signed = [{ type: 'tool-call', id: 'call_1', name: 'f', input: '{}', signature: 'c2ln', source: 'gemini' }];

  test('prove a call from the details', () => {
    const detail = { type: 'reasoning.encrypted', data: 'c2ln', id: 'call_1', format: 'google-gemini-v1', index: 0 };

    expect(back({ tool_calls: [call], reasoning_details: [detail] })).toEqual(signed);
  });

  test('prove a call at the call itself', () => {
    const extra_content = { google: { thought_signature: 'c2ln' } };

    expect(back({ tool_calls: [{ ...call, extra_content }] })).toEqual(signed);
  });

  test('of no known form are left out with a warning', () => {
    const message = { role: 'assistant', content: 'Hi', reasoning_details: [{ type: 'reasoning.smell' }, 7] };

    expect(toNeutral({ messages: [message] }).warnings.map(({ field, action }) => [field, action])).toEqual([
      ['messages[0].reasoning_details[0]', 'dropped'],
      ['messages[0].reasoning_details[1]', 'dropped'],
    ]);
  });
});

describe('parameters', () => {
  test.each<[object, object]>([
    [{ max_tokens: 5 }, { maxTokens: 5 }],
    [{ max_completion_tokens: 6 }, { maxTokens: 6 }],
    [{ stop: 'END' }, { stop: ['END'] }],
    [{ stop: ['a', 'b'] }, { stop: ['a', 'b'] }],
    [{ logprobs: true, top_logprobs: 2 }, { logprobs: { top: 2 } }],
    [{ logprobs: false }, {}],
    [{ safety_identifier: 'u' }, { user: 'u' }],
    [
      { user: 'u', safety_identifier: 's' },
      { user: 'u', extra: { 'openai-chat': { safety_identifier: 's' } } },
    ],
    [{ reasoning_effort: 'high' }, { reasoning: { effort: 'high' } }],
    [{ reasoning: { max_tokens: 2000, exclude: true } }, { reasoning: { budgetTokens: 2000, include: false } }],
    [{ reasoning: { enabled: true } }, { reasoning: { effort: 'medium' } }],
    [{ reasoning: { enabled: false } }, { reasoning: { effort: 'none' } }],
    [
      { thinking: { type: 'enabled', budget_tokens: 2048 } },
      {
        reasoning: { budgetTokens: 2048 },
        extra: { anthropic: { thinking: { type: 'enabled', budget_tokens: 2048 } } },
      },
    ],
    [{ response_format: { type: 'json_object' } }, { output: { type: 'json' } }],
    [
      {
        response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema: { type: 'object' } } },
      },
      { output: { type: 'json-schema', name: 'n', strict: true, schema: { type: 'object' } } },
    ],
    [{ tool_choice: 'required' }, { toolChoice: { type: 'required' } }],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { toolChoice: { type: 'tool', name: 'f' } }],
    [
      {
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
        },
      },
      { toolChoice: { type: 'required', only: ['f'] } },
    ],
    [{ min_p: 0.1, store: true }, { extra: { 'openai-chat': { min_p: 0.1, store: true } } }],
    [{ temperature: null, tools: null, seed: null }, {}],
    [{ stream: true, stream_options: { include_usage: true } }, { stream: true }],
  ])('%j', (more, expected) => {
    const { messages: _, ...request } = ask(more);

    expect(request).toEqual({ stream: false, ...expected });
  });

  test('of two bounds the newer one counts, and the caller is told', () => {
    const { request, warnings } = toNeutral({ messages: hello, max_tokens: 5, max_completion_tokens: 6 });

    expect(request.maxTokens).toBe(6);
    expect(warnings).toMatchObject([{ field: 'max_tokens', action: 'dropped' }]);
  });

  test('tools of other dialects stay as they are, under their dialect', () => {
    const definitions = [
      { type: 'custom', custom: { name: 'sql' } },
      { type: 'web_search_20250305', name: 'web_search' },
      { google_search: {} },
    ];

    expect(ask({ tools: definitions }).tools).toMatchObject([
      { type: 'provider', dialect: 'openai-chat', definition: definitions[0] },
      { type: 'provider', dialect: 'anthropic', definition: definitions[1] },
      { type: 'provider', dialect: 'gemini', definition: definitions[2] },
    ]);
  });
});

test('functions in the older form become tools, and their results find their calls', () => {
  const { request, legacyFunctions } = toNeutral({
    functions: [{ name: 'f', parameters: { type: 'object' } }],
    function_call: { name: 'f' },
    messages: [
      ...hello,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: '1' },
    ],
  });
  const [, called, result] = request.messages;
  const call = called!.parts[0]!;
  const id = call.type === 'tool-call' ? call.id : '';

  expect(legacyFunctions).toBe(true);
  expect(request.tools).toEqual([{ type: 'function', name: 'f', schema: { type: 'object' } }]);
  expect(request.toolChoice).toEqual({ type: 'tool', name: 'f' });
  expect(request.parallelToolCalls).toBe(false);
  expect(id).not.toBe('');
  expect(result!.parts).toEqual([{ type: 'tool-result', callId: id, name: 'f', parts: [{ type: 'text', text: '1' }] }]);
});

test('a member named __proto__ is dropped at any depth, with a warning', () => {
  const body: unknown = JSON.parse(
    '{"messages":[{"role":"user","content":"Hi","__proto__":{"role":"system"}}],"__proto__":1}',
  );
  const { request, warnings } = toNeutral(body);

  expect(request).toEqual({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], stream: false });
  expect(warnings.map(({ field }) => field)).toEqual(['__proto__', 'messages[0].__proto__']);
});

describe('what cannot be understood names its place', () => {
  const user = (...content: unknown[]) => ({ messages: [...hello, { role: 'user', content }] });

  test.each<[unknown, string, string]>([
    [[], 'invalid_type', ''],
    [{}, 'missing_required_parameter', 'messages'],
    [{ messages: {} }, 'invalid_type', 'messages'],
    [{ messages: [7] }, 'invalid_type', 'messages[0]'],
    [{ messages: [{ content: 'x' }] }, 'missing_required_parameter', 'messages[0].role'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'invalid_value', 'messages[0].role'],
    [{ messages: [{ role: 'toString', content: 'x' }] }, 'invalid_value', 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'invalid_type', 'messages[0].content'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'missing_required_parameter', 'messages[0].tool_call_id'],
    [{ messages: [{ role: 'function', name: 'f', content: 'x' }] }, 'invalid_value', 'messages[0].name'],
    [user({ type: 'text' }), 'missing_required_parameter', 'messages[1].content[0].text'],
    [user({ type: 'text', text: 'a' }, { type: 'smell' }), 'invalid_value', 'messages[1].content[1].type'],
    [user({ type: 'image_url', image_url: { url: 7 } }), 'invalid_type', 'messages[1].content[0].image_url.url'],
    [
      user({ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }),
      'invalid_value',
      'messages[1].content[0].image_url.url',
    ],
    [user({ type: 'file', file: {} }), 'missing_required_parameter', 'messages[1].content[0].file.file_data'],
    [
      {
        messages: [
          { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: 7 } }] },
        ],
      },
      'invalid_type',
      'messages[0].tool_calls[0].function.arguments',
    ],
    [
      { messages: hello, tools: [{ type: 'function', function: {} }] },
      'missing_required_parameter',
      'tools[0].function.name',
    ],
    [{ messages: hello, tool_choice: 'sometimes' }, 'invalid_value', 'tool_choice'],
    [{ messages: hello, stop: ['a', 1] }, 'invalid_type', 'stop[1]'],
    [{ messages: hello, max_tokens: 1.5 }, 'invalid_value', 'max_tokens'],
    [{ messages: hello, temperature: '1' }, 'invalid_type', 'temperature'],
    [{ messages: hello, logit_bias: { 7: 'x' } }, 'invalid_type', 'logit_bias.7'],
    [
      { messages: hello, response_format: { type: 'json_schema', json_schema: { name: 'n' } } },
      'missing_required_parameter',
      'response_format.json_schema.schema',
    ],
  ])('%j', (body, code, param) => {
    const failure = (() => {
      try {
        toNeutral(body);
      } catch (error) {
        return error;
      }
      return null;
    })();

    expect(failure).toBeInstanceOf(GatewayError);
    expect(failure).toMatchObject({ code, param, status: 400 });
  });
});

test('of two members that say one thing, the one that gives way is named', () => {
  const messages = [{ role: 'user', content: 'hi' }];
  const tools = [{ type: 'function', function: { name: 'look' } }];
  const fields = (more: object) =>
    toNeutral({ model: 'm', messages, tools, ...more }).warnings.map(({ field }) => field);

  expect(fields({ tool_choice: 'auto', function_call: 'none' })).toEqual(['function_call']);
  expect(fields({ reasoning_effort: 'low', reasoning: { effort: 'high' } })).toEqual(['reasoning.effort']);
  expect(fields({ reasoning_effort: 'low', reasoning: { effort: 'low' } })).toEqual([]);
});
