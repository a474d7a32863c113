const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const named = (event: { readonly type: string } & Readonly<Record<string, unknown>>): string =>
  `event: ${event.type}\n${data(event)}`;
const DONE = 'data: [DONE]\n\n';
const bytes = (texts: readonly string[]): readonly Buffer[] => texts.map(text => Buffer.from(text));

/** Event streams of no dialect. */
export const eventStreams = bytes([
  '\ufeffdata: x\n\ndata: y\r\n\r\ndata: z\r\r',
  ':\n\n: ping\n\nevent: a\nid: 1\nretry: 5\ndata: 1\ndata: 2\n\n',
  'data\n\ndata:\n\n data: no\n\ndataset: 1\n\nid: a\0b\ndata: x\n\n',
  '\n\n\n\r\r\r\n\r\n',
  'data: \r\n\ndata: x\n\r\n\r',
  `data: ${'x'.repeat(300)}`,
  'data: {"a":1}\ndata: ,"b":2}\n\nevent\nevent:\ndata: 1\n\n',
  'data: \u2028\u2029\x85\x0b\x0c\n\n',
]);

const chunk = (delta: object, more: object = {}): object => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const call = (more: object): object => chunk({ tool_calls: [{ index: 0, ...more }] });
const usage = {
  prompt_tokens: 5,
  completion_tokens: 3,
  total_tokens: 8,
  completion_tokens_details: { reasoning_tokens: 1 },
};

/** Streams and whole answers of OpenAI's chat dialect and its relatives. */
export const openaiAnswers = bytes([
  data(chunk({ role: 'assistant', content: '' })) +
    data(chunk({ content: 'Hi 😀' })) +
    data(chunk({}, { finish_reason: 'stop' })) +
    data({ id: 'c', choices: [], usage }) +
    DONE,
  data(call({ id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } })) +
    data(call({ function: { arguments: '{"a"' } })) +
    data(call({ function: { arguments: ':1}' } })) +
    data(chunk({}, { finish_reason: 'tool_calls' })) +
    DONE,
  data(
    chunk({ reasoning_content: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 's' }] }),
  ) +
    data(
      chunk({ reasoning: 'more', refusal: 'no', annotations: [{ type: 'url_citation', url_citation: { url: 'u' } }] }),
    ) +
    data(
      chunk({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'x' }] },
          { type: 'text', text: 'y' },
        ],
      }),
    ) +
    data(chunk({ function_call: { name: 'f', arguments: { a: 1 } }, audio: { id: 'a' }, images: [{}] })) +
    data({
      choices: [{ index: 1, delta: { content: 'b' }, finish_reason: 'length', logprobs: { content: [] } }],
      x_groq: { usage },
    }),
  `${data(chunk({ content: 'x' }))}${data({ error: { message: 'overloaded', code: 429 } })}${data(chunk({ content: 'y' }))}`,
  `event: error\ndata: {"message":"x","type":{}}\n\n${DONE}`,
  `${data(chunk({ content: 'x' }, { finish_reason: 'stop' }))}data: {"choices":[{"delta`,
  'data: {"choices":[null]}\n\ndata: []\n\ndata: 1\n\ndata: null\n\n',
  'data: {"choices":[{"delta":{"tool_calls":[null,{"index":-1},{"index":1e9,"function":{"name":"f"}}]}}]}\n\n',
  'data: {"choices":[{"index":"__proto__","delta":{"content":"x","__proto__":{"a":1}}}],"usage":{"prompt_tokens":1e400}}\n\n',
  data({ choices: [], usage: { prompt_tokens: -5, completion_tokens: 0.5, total_tokens: '7' } }) + DONE,
  'data: {"id":"c",\ndata: "choices":[{"index":0,"delta":{"content":"two lines"}}]}\n\n',
  JSON.stringify({
    id: 'c',
    created: 1,
    model: 'm',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Hi', reasoning_content: 'hm' }, finish_reason: 'stop' },
    ],
    usage,
    citations: ['https://a.test/'],
    search_results: [{ url: 'https://b.test/', title: 't' }],
  }),
  '{"choices":[{"message":{"content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}}]}',
  '{"error":{"message":"no"},"choices":null}',
  '{"choices":{}}',
]);

const anthropicUsage = {
  input_tokens: 5,
  cache_read_input_tokens: 2,
  cache_creation: { ephemeral_5m_input_tokens: 1 },
};
const start = named({
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', role: 'assistant', content: [], usage: anthropicUsage },
});
const block = (index: number, content_block: object, ...deltas: object[]): string =>
  [
    { type: 'content_block_start', index, content_block },
    ...deltas.map(delta => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
    .map(named)
    .join('');
const stop = (reason: string): string =>
  named({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 3 } }) +
  named({ type: 'message_stop' });

export const anthropicAnswers = bytes([
  start +
    named({ type: 'ping' }) +
    block(
      0,
      { type: 'thinking', thinking: '' },
      { type: 'thinking_delta', thinking: 'hm' },
      { type: 'signature_delta', signature: 's' },
    ) +
    block(
      1,
      { type: 'text', text: '' },
      { type: 'text_delta', text: 'Hi 😀' },
      { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'x' } },
    ) +
    block(
      2,
      { type: 'tool_use', id: 't', name: 'f', input: {} },
      { type: 'input_json_delta', partial_json: '{"a":' },
      { type: 'input_json_delta', partial_json: '1}' },
    ) +
    block(3, { type: 'redacted_thinking', data: 'x' }) +
    block(
      4,
      { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
      { type: 'input_json_delta', partial_json: '{"query":"x"}' },
    ) +
    stop('tool_use'),
  start + block(0, { type: 'text', text: 'a' }) + stop('refusal'),
  `${start}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n`,
  start +
    named({ type: 'content_block_delta', index: 7, delta: { type: 'text_delta', text: 'lost' } }) +
    stop('end_turn'),
  start +
    block(0, { type: 'tool_use', name: 1, input: [] }, { type: 'input_json_delta', partial_json: '{' }) +
    stop('constructor'),
  'data: {"type":"content_block_start","index":"__proto__","content_block":{"type":"toString"}}\n\n',
  'data: {"type":"message_start","message":{"usage":{"input_tokens":1e400,"__proto__":{"x":1}}}}\n\ndata: {"type":"hasOwnProperty"}\n\n',
  JSON.stringify({
    type: 'message',
    id: 'msg_1',
    model: 'm',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      {
        type: 'text',
        text: 'Hi',
        citations: [{ type: 'web_search_result_location', url: 'u', title: 't', cited_text: 'c' }],
      },
      { type: 'tool_use', id: 't', name: 'f', input: { a: [1] } },
    ],
    stop_reason: 'tool_use',
    usage: { ...anthropicUsage, output_tokens: 3, server_tool_use: { web_search_requests: 1 } },
  }),
  '{"type":"error","error":{"type":"invalid_request_error","message":"no"}}',
  '{"content":[null,1,{"type":"__proto__"},{"type":"tool_use","input":null}],"stop_reason":7}',
]);

const candidate = (parts: readonly object[], more: object = {}): object => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...more }],
  responseId: 'r-1',
  modelVersion: 'm',
});
const counted = { promptTokenCount: 5, candidatesTokenCount: 3, thoughtsTokenCount: 1, cachedContentTokenCount: 2 };

export const geminiAnswers = bytes([
  data(candidate([{ text: 'hm', thought: true }])) +
    data(candidate([{ text: 'Hi 😀', thoughtSignature: 's' }])) +
    data(candidate([{ functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 's' }])) +
    data(candidate([{ executableCode: { code: 'x' } }, { inlineData: { mimeType: 'image/png', data: 'AA' } }])) +
    data({ ...candidate([], { finishReason: 'STOP' }), usageMetadata: counted }),
  data({
    ...candidate([{ text: 'Hi there' }], {
      finishReason: 'STOP',
      groundingMetadata: {
        webSearchQueries: ['q'],
        groundingChunks: [{ web: { uri: 'https://a.test/', title: 't' } }],
        groundingSupports: [{ segment: { startIndex: 0, endIndex: 2, text: 'Hi' }, groundingChunkIndices: [0, 9] }],
      },
      citationMetadata: { citationSources: [{ startIndex: 1, endIndex: 1e9, uri: 'u' }] },
      logprobsResult: { chosenCandidates: [{ token: 'H', logProbability: -1 }], topCandidates: [{ candidates: [] }] },
    }),
    usageMetadata: counted,
  }),
  data({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } }),
  data([{ error: { code: 503, message: 'busy', status: 'UNAVAILABLE', details: [{ retryDelay: '7s' }] } }]),
  data(candidate([{ text: 'cut' }])),
  'data: {"candidates":[null,{"content":null},{"index":1e300,"content":{"parts":[1,{"text":1},{"functionCall":{}}]}}]}\n\n',
  'data: {"candidates":[{"finishReason":"__proto__","content":{"parts":[{"functionCall":{"name":"f","args":{"__proto__":{"x":1}}}}]}}]}\n\n',
  data({
    candidates: [{ index: -1, finishReason: 'MALFORMED_FUNCTION_CALL' }],
    usageMetadata: { promptTokenCount: -1 },
  }),
  JSON.stringify({
    ...candidate([{ text: 'a', thought: true }, { text: 'b' }], { finishReason: 'MAX_TOKENS' }),
    usageMetadata: counted,
  }),
  '{"error":{"code":429,"message":"no","status":"RESOURCE_EXHAUSTED"}}',
  '{"candidates":[]}',
]);

export const mistralAnswers = bytes([
  ...openaiAnswers.map(String),
  data(
    chunk({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }], signature: 's' },
        { type: 'text', text: 'Hi' },
      ],
    }),
  ) +
    data(chunk({ content: [{ type: 'reference', reference_ids: [1] }] })) +
    data(
      chunk(
        { tool_calls: [{ id: 'null', function: { name: 'f', arguments: { a: 1 } } }] },
        { finish_reason: 'tool_calls' },
      ),
    ) +
    DONE,
  '{"object":"error","message":"no","type":"invalid","code":"3000"}',
  '{"detail":[{"loc":["body"],"msg":"wrong","type":"missing"}]}',
  '{"choices":[{"index":0,"messages":[{"role":"assistant","content":["a",1,null]},{"role":"tool","content":"x"}],"finish_reason":"error"}]}',
]);

const answered = { id: 'resp_1', output: [], error: null, usage: { input_tokens: 5, output_tokens: 3 } };
const responsesBegin =
  named({ type: 'response.created', response: answered }) +
  named({ type: 'response.output_item.added', item: { type: 'message', id: 'm', content: [] } });
const responsesDelta = named({ type: 'response.output_text.delta', delta: 'Hi 😀', obfuscation: 'xyz' });

/** Streams and whole answers of the Responses dialect. */
export const responsesAnswers = bytes([
  responsesBegin + responsesDelta + named({ type: 'response.completed', response: answered }),
  responsesBegin + responsesDelta + named({ type: 'response.incomplete', response: answered }),
  responsesBegin + responsesDelta + named({ type: 'error', message: 'broken', code: null }),
  responsesBegin + named({ type: 'response.failed', response: { ...answered, error: { message: 'x' } } }),
  data({ type: 'response.created', response: answered }) + data({ type: 'response.completed', response: answered }),
  responsesBegin + responsesDelta + DONE,
  JSON.stringify({ ...answered, status: 'completed' }),
  JSON.stringify({ status: 'failed', error: { code: 'rate_limit_exceeded' } }),
]);

const line = (message: object, more: object = {}): string =>
  `${JSON.stringify({ model: 'm', created_at: '2026-11-30T10:00:00Z', message: { role: 'assistant', content: '', ...message }, done: false, ...more })}\n`;
const lastLine = line({}, { done: true, done_reason: 'stop', prompt_eval_count: 5, eval_count: 3 });

/** Streams and whole answers of Ollama's own dialect. */
export const jsonLines = bytes([
  line({ thinking: 'hm' }) + line({ content: 'Hi 😀' }, { logprobs: [{ token: 'Hi', logprob: -0.5 }] }) + lastLine,
  line({ tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }, { id: 'c', function: { name: 'g' } }] }) +
    lastLine,
  `${line({ content: 'a' })}{"error":"an error was encountered while running the model"}\n`,
  lastLine.trim(),
  line({ content: 'Hi', thinking: 'hm' }, { done: true, done_reason: 'length', eval_count: -1, prompt_eval_count: 1 }),
  '{"error":"model \'m\' not found"}',
  '\r\n\n{"done":true}\r\n{"done":true}',
  '{"message":[],"done":true,"logprobs":[null]}\n[]\n',
]);
