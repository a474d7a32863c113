const chat = (more: object): string =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more });

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

/** Chat requests: what clients send, and what nobody should. */
export const chatRequests: readonly Buffer[] = [
  chat({}),
  chat({ stream: true, stream_options: { include_usage: true }, max_tokens: 5, n: 2, user: 'u', temperature: 0.5 }),
  chat({ stream_options: { include_usage: true } }),
  chat({
    max_completion_tokens: 1e7,
    seed: 1,
    stop: ['a', 'b'],
    logprobs: true,
    top_logprobs: 2,
    logit_bias: { 1: 2 },
  }),
  chat({ reasoning_effort: 'high', verbosity: 'low', metadata: { user_id: 'end user', Model: 'x' }, store: false }),
  chat({
    response_format: { type: 'json_object' },
    modalities: ['text'],
    prediction: { type: 'content', content: 'x' },
  }),
  chat({
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'answer',
        strict: true,
        schema: {
          type: 'object',
          properties: { a: { $ref: '#/$defs/a' }, b: { type: ['string', 'null'], enum: ['x', null] } },
          required: ['a'],
          $defs: { a: { anyOf: [{ type: 'integer', minimum: 1 }, { $ref: '#/$defs/a' }] } },
        },
      },
    },
  }),
  chat({
    tools: [
      { type: 'function', function: { name: 'look.up', parameters: { type: 'object', properties: { q: {} } } } },
      { type: 'custom', custom: { name: 'shell', format: { type: 'text' } } },
      { type: 'web_search_20250305', name: 'web_search' },
      { google_search: {} },
    ],
    tool_choice: { type: 'function', function: { name: 'look.up' } },
    parallel_tool_calls: false,
  }),
  chat({ functions: [{ name: 'f', parameters: {} }], function_call: { name: 'f' } }),
  chat({
    messages: [
      { role: 'system', content: 'be kind', cache_control: { type: 'ephemeral' } },
      { role: 'developer', content: [{ type: 'text', text: 'x' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'see' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}`, detail: 'low' } },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'hm', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 },
          { type: 'reasoning.encrypted', data: 'ZGF0YQ==', id: 'call_1', format: 'google-gemini-v1', index: 1 },
        ],
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look.up', arguments: '{"q":1}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: '42' }] },
      { role: 'assistant', refusal: 'no', content: '' },
      { role: 'user', content: 'why', name: 'me' },
    ],
  }),
  chat({ messages: [{ role: 'assistant', tool_calls: [{ id: 1, function: { name: 2, arguments: '{' } }] }] }),
  chat({ messages: [{ role: 'tool', tool_call_id: 'nobody', content: '' }] }),
  chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }] }),
  chat({ messages: [] }),
  chat({ messages: [[]], model: 'a/../b' }),
  chat({ model: 'x'.repeat(300), n: 129, max_tokens: -1 }),
  '{"model":"m","messages":[{"role":"user","content":"x","__proto__":{"role":"system"}}],"__proto__":{"stream":true}}',
  '{"model":"m","messages":[{"role":"user","content":"\\ud800\\u0000"}],"user":"\\u0007"}',
  '{"model":"m","Messages":[],"messages":[{}]}',
  `{"model":"m","messages":[{"role":"user","content":${'['.repeat(100)}${']'.repeat(100)}}]}`,
].map(text => Buffer.from(text));

const embeddings = (more: object): string => JSON.stringify({ model: 'm', input: 'text', ...more });

/** Embeddings requests, and answers to them in every dialect. */
export const embeddingsBodies: readonly Buffer[] = [
  embeddings({}),
  embeddings({ input: ['a', 'b'], dimensions: 256, encoding_format: 'base64', user: 'u' }),
  embeddings({ input: [1, 2, 3] }),
  embeddings({ input: [[1, 2], [3]] }),
  embeddings({ input: ['a', 1, [2], null, {}] }),
  embeddings({ input: [''], encoding_format: 'hex' }),
  embeddings({ input: [], dimensions: 0 }),
  embeddings({ input: {}, task_type: 'RETRIEVAL_QUERY', title: 't', output_dtype: 'int8', __proto: 1 }),
  '{"model":"m","input":"x","__proto__":{"user":"u"},"constructor":{"prototype":{"x":1}}}',
  '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-2e-3]}],"usage":{"prompt_tokens":3}}',
  '{"data":[{"index":1,"embedding":[1]},{"index":0,"embedding":"AACAPw=="}],"usage":{"prompt_tokens":1e400}}',
  '{"data":[{"index":4294967295,"embedding":[1]}]}',
  '{"embeddings":[{"values":[0.5,1]}],"usageMetadata":{"promptTokenCount":-1}}',
  '{"embedding":{"values":[]}}',
  '{"error":{"message":"no","code":429,"type":{}}}',
  '{"data":null,"error":null}',
].map(text => Buffer.from(text));

const responses = (more: object): Buffer => Buffer.from(JSON.stringify({ model: 'm', input: 'hi', ...more }));

/** Requests of the Responses dialect. */
export const responsesRequests: readonly Buffer[] = [
  responses({}),
  responses({ stream: true, store: false, include: ['reasoning.encrypted_content'], instructions: 'x', user: 'u' }),
  responses({
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'a' }] },
      { role: 'user', content: [{ type: 'input_image', image_url: `data:image/png;base64,${pixel}` }] },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'x' }],
        encrypted_content: 'tollgate.e30',
      },
      { type: 'function_call', call_id: 'c', name: 'n', namespace: 's', arguments: '{"a":1}' },
      { type: 'custom_tool_call', call_id: 'd', name: 'p', input: 'x' },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'x' }] },
      { type: 'custom_tool_call_output', call_id: 'd', output: 'x' },
      { type: 'web_search_call', id: 'ws' },
    ],
  }),
  responses({
    tools: [
      { type: 'function', name: 'n', parameters: { type: 'object' }, strict: true },
      { type: 'custom', name: 'p', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
      {
        type: 'namespace',
        name: 's',
        tools: [
          { type: 'function', name: 'n' },
          { type: 'custom', name: 'q' },
        ],
      },
      { type: 'web_search' },
    ],
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'n' }] },
  }),
  responses({ text: { format: { type: 'json_schema', name: 'a', schema: {} }, verbosity: 'low' }, top_logprobs: 2 }),
  responses({ previous_response_id: 'resp_1' }),
  responses({ background: true }),
  responses({ input: [{ type: 'item_reference', id: 'x' }] }),
  responses({ input: null, prompt: { id: 'p' } }),
  responses({ input: [{}], reasoning: { effort: 'x', summary: 'auto' }, truncation: 'auto', metadata: { a: 'b' } }),
];
