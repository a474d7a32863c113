import { describe, expect, test } from 'vitest';
import { responses } from '../../../providers/openai.ts';
import { call, encode, result, said, touched } from './codec.ts';

describe('a request', () => {
  test('keeps nothing at the provider and asks for the thoughts to be sent back', () => {
    expect(encode({})).toEqual({
      body: {
        model: 'gpt-5',
        input: [{ type: 'message', role: 'user', content: 'Hi' }],
        store: false,
        include: ['reasoning.encrypted_content'],
      },
      input: [{ type: 'message', role: 'user', content: 'Hi' }],
      warnings: [],
    });
  });

  test('asks a model that does not think for no thoughts, which would be refused', () => {
    expect(encode({}, responses, 'gpt-4.1').body.include).toBeUndefined();
    expect(encode({}, responses, 'gpt-5-pro').body.include).toEqual(['reasoning.encrypted_content']);
  });

  test('keeps it where the caller says so', () => {
    const { body } = encode({ extra: { 'openai-chat': { store: true } } });
    expect(body).toMatchObject({ store: true });
    expect(body.include).toBeUndefined();
  });

  test('says every parameter that the API has', () => {
    const { body, warnings } = encode({
      stream: true,
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      parallelToolCalls: false,
      tools: [{ type: 'function', name: 'look' }],
      reasoning: { effort: 'low', include: true },
      logprobs: { top: 3 },
      user: 'u',
      metadata: { a: 'b' },
      serviceTier: 'flex',
      cacheKey: 'k',
      output: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
      extra: {
        'openai-chat': { verbosity: 'low', safety_identifier: 's' },
        'openai-responses': { truncation: 'auto' },
      },
    });
    expect(warnings).toEqual([]);
    expect(body).toMatchObject({
      stream: true,
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      parallel_tool_calls: false,
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      top_logprobs: 3,
      user: 'u',
      metadata: { a: 'b' },
      service_tier: 'flex',
      prompt_cache_key: 'k',
      text: {
        format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
        verbosity: 'low',
      },
      safety_identifier: 's',
      truncation: 'auto',
    });
  });

  test('names what the API does not have', () => {
    const encoded = encode({
      choices: 2,
      stop: ['x'],
      seed: 1,
      topK: 5,
      frequencyPenalty: 1,
      presencePenalty: 1,
      logitBias: { 1: 1 },
      maxTokens: 3,
      extra: { 'openai-chat': { prediction: {} }, anthropic: { thinking: {} } },
    });
    expect(touched(encoded)).toEqual([
      'n dropped',
      'stop dropped',
      'seed dropped',
      'top_k dropped',
      'frequency_penalty dropped',
      'presence_penalty dropped',
      'logit_bias dropped',
      'max_tokens clamped',
      'prediction dropped',
      'thinking dropped',
    ]);
    expect(encoded.body.max_output_tokens).toBe(16);
  });

  test('leaves the sampling to models that sample as they like', () => {
    const encoded = encode({ temperature: 0, topP: 1 }, responses, 'gpt-5.1-codex');
    expect(touched(encoded)).toEqual(['temperature dropped']);
    expect(encoded.body).not.toHaveProperty('top_p');
  });

  test("has the caller's own object where it says more than its neutral form", () => {
    const own = { tool_choice: { type: 'web_search' }, reasoning: { effort: 'high', context: 'auto' }, include: ['x'] };
    const { body } = encode({
      tools: [{ type: 'provider', dialect: 'openai-responses', definition: { type: 'web_search' } }],
      toolChoice: { type: 'auto' },
      extra: { 'openai-responses': own },
    });
    expect(body).toMatchObject({ ...own, include: ['x', 'reasoning.encrypted_content'] });
  });
});

describe('tools', () => {
  test('are strict only where the caller says so, and their schemas are objects', () => {
    const { body } = encode({
      tools: [
        { type: 'function', name: 'a', description: 'd', schema: { properties: { x: {} } } },
        { type: 'function', name: 'b', strict: true, schema: { type: 'object', properties: {} } },
      ],
    });
    expect(body.tools).toEqual([
      {
        type: 'function',
        name: 'a',
        description: 'd',
        strict: false,
        parameters: { type: 'object', properties: { x: {} } },
      },
      { type: 'function', name: 'b', strict: true, parameters: { type: 'object', properties: {} } },
    ]);
  });

  test('of free text have their grammar flat here', () => {
    const format = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } };
    const tools = [
      { type: 'provider', dialect: 'openai-chat', definition: { type: 'custom', custom: { name: 'c', format } } },
    ] as const;
    const { body } = encode({ tools, toolChoice: { type: 'tool', name: 'c' } });
    expect(body).toMatchObject({
      tools: [{ type: 'custom', name: 'c', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } }],
      tool_choice: { type: 'custom', name: 'c' },
    });
  });

  test('of other dialects are left out, with the choice among them', () => {
    const encoded = encode({
      tools: [{ type: 'provider', dialect: 'anthropic', definition: { type: 'web_search_20250305' } }],
      toolChoice: { type: 'required' },
    });
    expect(touched(encoded)).toEqual(['tools[0] dropped']);
    expect(encoded.body).not.toHaveProperty('tool_choice');
  });

  test('can be chosen among', () => {
    const tools = [{ type: 'function', name: 'a' }] as const;
    const chosen = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'a' }] };
    expect(encode({ tools, toolChoice: { type: 'required', only: ['a'] } }).body.tool_choice).toEqual(chosen);
    const inner = { mode: 'auto', tools: [{ type: 'function', function: { name: 'a' } }] };
    const extra = { 'openai-chat': { tool_choice: { type: 'allowed_tools', allowed_tools: inner } } };
    expect(encode({ tools, extra }).body.tool_choice).toEqual({ ...chosen, mode: 'auto' });
  });

  test('hold what the search models of the chat dialect are asked for', () => {
    const near = { type: 'approximate', approximate: { country: 'DE' } };
    const options = { search_context_size: 'low', user_location: near };
    expect(encode({ extra: { 'openai-chat': { web_search_options: options } } }).body.tools).toEqual([
      { type: 'web_search', search_context_size: 'low', user_location: { type: 'approximate', country: 'DE' } },
    ]);
  });
});

describe('the conversation', () => {
  test('is items in the order of its parts', () => {
    const { input, warnings } = encode({
      messages: [
        said('system', 'Be brief.'),
        said('user', 'Look', { type: 'image', media: { type: 'url', url: 'https://a.example/x.png' }, detail: 'low' }),
        said(
          'assistant',
          { type: 'reasoning', text: 'Hm', encrypted: 'E', id: 'rs_1', source: 'openai-responses' },
          'I look.',
          { type: 'provider-part', dialect: 'openai-responses', value: { type: 'web_search_call', id: 'ws_1' } },
          call('call_1', '{"a":1}'),
          { type: 'tool-call', id: 'call_2', name: 'free', input: 'text', custom: true },
        ),
        said('tool', result('call_1', 'one')),
        said('tool', result('call_2', 'two', 'three')),
      ],
    });
    expect(warnings).toEqual([]);
    expect(input).toEqual([
      { type: 'message', role: 'system', content: 'Be brief.' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look' },
          { type: 'input_image', image_url: 'https://a.example/x.png', detail: 'low' },
        ],
      },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm' }],
        encrypted_content: 'E',
      },
      { type: 'message', role: 'assistant', content: 'I look.' },
      { type: 'web_search_call', id: 'ws_1' },
      { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"a":1}' },
      { type: 'custom_tool_call', call_id: 'call_2', name: 'free', input: 'text' },
      { type: 'function_call_output', call_id: 'call_1', output: 'one' },
      {
        type: 'custom_tool_call_output',
        call_id: 'call_2',
        output: [
          { type: 'input_text', text: 'two' },
          { type: 'input_text', text: 'three' },
        ],
      },
    ]);
  });

  test('holds files of any kind by name, address or id', () => {
    const { input } = encode({
      messages: [
        said(
          'user',
          { type: 'file', media: { type: 'data', mediaType: 'text/csv', data: 'YQ==' } },
          { type: 'file', media: { type: 'url', url: 'https://a.example/a.pdf' } },
          { type: 'file', media: { type: 'id', id: 'file-1' }, name: 'a.pdf' },
          { type: 'file', media: { type: 'data', mediaType: 'image/png', data: 'YQ==' } },
        ),
      ],
    });
    expect(input[0]!.content).toEqual([
      { type: 'input_file', filename: 'document.csv', file_data: 'data:text/csv;base64,YQ==' },
      { type: 'input_file', file_url: 'https://a.example/a.pdf' },
      { type: 'input_file', file_id: 'file-1' },
      { type: 'input_image', image_url: 'data:image/png;base64,YQ==', detail: 'auto' },
    ]);
  });

  test('has thoughts only with their own proof', () => {
    const encoded = encode({
      messages: [
        said(
          'assistant',
          { type: 'reasoning', text: 'a', signature: 'S', source: 'anthropic' },
          { type: 'reasoning', text: 'b' },
          { type: 'provider-part', dialect: 'anthropic', value: { type: 'server_tool_use' } },
          'c',
        ),
        said('user', 'd'),
      ],
    });
    expect(encoded.input.map(({ type }) => type)).toEqual(['message', 'message']);
    expect(touched(encoded)).toEqual([
      'messages[0].reasoning_content dropped',
      'messages[0].reasoning_content dropped',
      'messages[0].content dropped',
    ]);
  });

  test('answers every call, and says results without a call as words of the user', () => {
    const encoded = encode({
      messages: [said('assistant', call('a')), said('tool', result('b', 'found')), said('user', 'x')],
    });
    expect(encoded.input.map(item => [item.type, item.output ?? item.content ?? item.name])).toEqual([
      ['function_call', 'look'],
      ['function_call_output', 'No result was given for this call.'],
      ['message', 'found'],
      ['message', 'x'],
    ]);
    expect(touched(encoded)).toEqual(['messages[0].tool_calls emulated', 'messages[1] emulated']);
  });

  test('shortens ids of calls to the length that the API takes, alike in call and result', () => {
    const id = 'x'.repeat(100);
    const [made, answered] = encode({ messages: [said('assistant', call(id)), said('tool', result(id, 'r'))] }).input;
    expect(String(made!.call_id).length).toBeLessThanOrEqual(64);
    expect(answered!.call_id).toBe(made!.call_id);
  });

  test('keeps the citations of an earlier answer', () => {
    const citations = [{ url: 'https://a.example', title: 'A', start: 0, end: 2 }];
    const { input } = encode({ messages: [said('assistant', { type: 'text', text: 'So', citations })] });
    expect(input[0]!.content).toEqual([
      {
        type: 'output_text',
        text: 'So',
        annotations: [{ type: 'url_citation', start_index: 0, end_index: 2, title: 'A', url: 'https://a.example' }],
      },
    ]);
  });
});
