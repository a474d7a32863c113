import fc from 'fast-check';

type Fields = Readonly<Record<string, unknown>>;

const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/).filter(text => !(text in {}));
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const base64 = fc.base64String({ minLength: 4, maxLength: 24 });
const constant = fc.constant;

/** Members of `shape`, each there or not. */
const some = (needed: Record<string, fc.Arbitrary<unknown>>, shape: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record({ ...needed, ...shape }, { requiredKeys: Object.keys(needed) }).map(fields => ({ ...fields }) as Fields);
const list = <Of>(of: fc.Arbitrary<Of>, minLength = 1) => fc.array(of, { minLength, maxLength: 3 });

const inputText = some({ type: constant('input_text'), text });
const image = fc.oneof(
  some({ type: constant('input_image'), image_url: fc.webUrl() }, { detail: fc.constantFrom('low', 'high', 'auto') }),
  some({ type: constant('input_image'), image_url: base64.map(data => `data:image/png;base64,${data}`) }),
  some({ type: constant('input_image'), file_id: name }),
);
const file = fc.oneof(
  some({ type: constant('input_file'), file_url: fc.webUrl() }),
  some({
    type: constant('input_file'),
    filename: constant('a.pdf'),
    file_data: base64.map(data => `data:application/pdf;base64,${data}`),
  }),
  some({ type: constant('input_file'), file_id: name }),
);
const audio = some({
  type: constant('input_audio'),
  input_audio: fc.record({ data: base64, format: fc.constantFrom('wav', 'mp3') }),
});
const said = fc.oneof(text, list(fc.oneof(inputText, image, file, audio)));

const annotation = fc.oneof(
  fc.record({
    type: constant('url_citation'),
    url: fc.webUrl(),
    title: text,
    start_index: fc.nat(9),
    end_index: fc.integer({ min: 10, max: 20 }),
  }),
  fc.record({ type: constant('file_citation'), file_id: name, filename: name, index: fc.nat(9) }),
);
const answered = list(
  fc.oneof(
    some({ type: constant('output_text'), text, annotations: fc.array(annotation, { maxLength: 2 }) }),
    some({ type: constant('refusal'), refusal: text }),
  ),
);

const userItem = some({
  type: constant('message'),
  role: fc.constantFrom('user', 'developer', 'system'),
  content: said,
});
const answerItem = some(
  { type: constant('message'), role: constant('assistant'), id: name.map(id => `msg_${id}`), content: answered },
  { status: constant('completed') },
);
const summary = fc
  .array(text, { maxLength: 2 })
  .map(texts => texts.map(each => ({ type: 'summary_text', text: each })));
const reasoningItem = some(
  { type: constant('reasoning'), id: name.map(id => `rs_${id}`), summary, encrypted_content: base64 },
  { content: text.map(each => [{ type: 'reasoning_text', text: each }]) },
);
const output = fc.oneof(text, list(fc.oneof(inputText, image)));

const callOf = (id: string) =>
  fc.oneof(
    some(
      { type: constant('function_call'), call_id: constant(id), name, arguments: fc.json() },
      { id: constant(`fc_${id}`), status: constant('completed'), namespace: name },
    ),
    some(
      { type: constant('custom_tool_call'), call_id: constant(id), name, input: text },
      { id: constant(`ctc_${id}`) },
    ),
  );
const resultOf = (call: Fields, said: unknown): Fields => ({
  type: `${String(call.type)}_output`,
  call_id: call.call_id,
  output: said,
});

const ownItem = fc.oneof(
  some({
    type: constant('web_search_call'),
    id: constant('ws_1'),
    status: constant('completed'),
    action: constant({ type: 'search', query: 'x' }),
  }),
  some({ type: constant('mcp_call'), id: constant('mcp_1'), name, arguments: constant('{}'), server_label: name }),
  some({
    type: constant('computer_call_output'),
    call_id: constant('cu_1'),
    output: constant({ type: 'computer_screenshot', file_id: 'f' }),
  }),
  some({ type: constant('something_new'), value: text }),
);

const round = fc.nat(2).chain(count => {
  const ids = Array.from({ length: count }, (_, index) => `call_${index}`);
  return fc
    .tuple(
      list(reasoningItem, 0),
      list(answerItem, 0),
      fc.tuple(...ids.map(callOf)),
      fc.array(output, { minLength: count, maxLength: count }),
      list(fc.oneof(userItem, ownItem), 0),
    )
    .map(([thoughts, answers, calls, outputs, more]) => [
      ...thoughts,
      ...answers,
      ...calls,
      ...calls.map((call, index) => resultOf(call, outputs[index])),
      ...more,
    ]);
});
/** Ids of calls are unique in a conversation. */
const rounds = list(round, 0).map(all =>
  all.flatMap(
    (items, index) =>
      JSON.parse(JSON.stringify(items).replaceAll('call_id":"call_', `call_id":"call_${index}_`)) as Fields[],
  ),
);

const schema = constant({
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
});
const functionTool = some(
  { type: constant('function'), name, parameters: schema, strict: fc.boolean() },
  { description: text },
);
const customTool = some(
  { type: constant('custom'), name },
  {
    description: text,
    format: fc.constantFrom({ type: 'text' }, { type: 'grammar', syntax: 'lark', definition: 'start: "x"' }),
  },
);
const tool = fc.oneof(
  functionTool,
  customTool,
  some({ type: constant('namespace'), name, description: text, tools: list(fc.oneof(functionTool, customTool)) }),
  some({ type: constant('web_search') }, { search_context_size: constant('low') }),
  some({ type: constant('mcp'), server_label: name, server_url: fc.webUrl() }),
  some({ type: constant('local_shell') }),
);

const choice = fc.oneof(
  fc.constantFrom('auto', 'none', 'required'),
  fc.record({ type: constant('function'), name: constant('Chosen') }),
  fc.record({
    type: constant('allowed_tools'),
    mode: fc.constantFrom('auto', 'required'),
    tools: list(fc.record({ type: constant('function'), name: constant('Chosen') })),
  }),
  fc.record({ type: constant('mcp'), server_label: name }),
);

const format = fc.oneof(
  fc.record({ type: constant('text') }),
  fc.record({ type: constant('json_object') }),
  some({ type: constant('json_schema'), name, schema, strict: fc.boolean() }, { description: text }),
);

/** Requests in the Responses dialect, as clients write them that keep nothing at the provider. */
export const responsesRequest: fc.Arbitrary<Fields> = some(
  {
    model: constant('gpt-5'),
    input: fc.oneof(
      text,
      fc.tuple(userItem, rounds).map(([first, rest]) => [first, ...rest]),
    ),
  },
  {
    instructions: text,
    tools: list(tool),
    tool_choice: choice,
    parallel_tool_calls: fc.boolean(),
    text: some({}, { format, verbosity: fc.constantFrom('low', 'high') }),
    reasoning: some({}, { effort: fc.constantFrom('low', 'high'), summary: constant('auto') }),
    include: fc.subarray(['reasoning.encrypted_content', 'message.output_text.logprobs', 'web_search_call.results']),
    max_output_tokens: fc.integer({ min: 16, max: 9999 }),
    temperature: fc.constantFrom(0, 0.5, 1),
    top_p: fc.constantFrom(0.5, 1),
    top_logprobs: fc.integer({ min: 1, max: 5 }),
    metadata: fc.dictionary(name, text, { maxKeys: 2 }).map(fields => ({ ...fields })),
    service_tier: fc.constantFrom('auto', 'flex'),
    prompt_cache_key: name,
    safety_identifier: name,
    user: name,
    truncation: fc.constantFrom('auto', 'disabled'),
    max_tool_calls: fc.integer({ min: 1, max: 9 }),
    store: constant(false),
    stream: fc.boolean(),
    stream_options: fc.record({ include_obfuscation: fc.boolean() }),
    vendor_option: text,
  },
);
