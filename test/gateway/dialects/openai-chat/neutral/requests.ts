import fc from 'fast-check';

type Fields = Readonly<Record<string, unknown>>;

/** Names that no object has by birth, and that mean nothing in the dialect. */
const name = fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,8}$/).filter(text => !(text in {}));
const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
const text = fc.string({ unit: 'binary', maxLength: 20 });
const someText = text.filter(value => value !== '');
const base64 = fc.base64String({ minLength: 4, maxLength: 24 });
/** Without the one name that is dropped wherever it stands. */
const plainJson = fc.jsonValue().filter(value => value !== null && !JSON.stringify(value).includes('__proto__'));
const unknownMember = fc.record({ vendor_option: plainJson });

/** Members of `shape`, each there or not. */
const some = (shape: Record<string, fc.Arbitrary<unknown>>, needed: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record({ ...needed, ...shape }, { requiredKeys: Object.keys(needed) }).map(fields => ({ ...fields }) as Fields);

const cacheControl = { cache_control: fc.constant({ type: 'ephemeral' }) };

const textPart = some(cacheControl, { type: fc.constant('text'), text });
const url = fc.oneof(
  fc.webUrl(),
  base64.map(data => `data:image/png;base64,${data}`),
);
const imagePart = some(cacheControl, {
  type: fc.constant('image_url'),
  image_url: some({ detail: fc.constantFrom('low', 'high') }, { url }),
});
const audioPart = fc.record({
  type: fc.constant('input_audio'),
  input_audio: fc.record({ data: base64, format: fc.constantFrom('wav', 'mp3') }),
});
const filePart = some(cacheControl, {
  type: fc.constant('file'),
  file: fc.oneof(
    fc.record({ file_id: id }),
    fc.record({ filename: name, file_data: base64.map(data => `data:application/pdf;base64,${data}`) }),
  ),
});

const list = <Of>(of: fc.Arbitrary<Of>, minLength = 1) => fc.array(of, { minLength, maxLength: 3 });
const textContent = fc.oneof(text, list(textPart));
const userContent = fc.oneof(text, list(fc.oneof(textPart, imagePart, audioPart, filePart)));

const format = fc.constantFrom(
  'anthropic-claude-v1',
  'google-gemini-v1',
  'openai-responses-v1',
  'vendor-v1',
  'unknown',
);
const thoughtId = id.map(text => `rs_${text}`);
const callId = id.map(text => `call_${text}`);

/** Entries as a client keeps them; their index is put in below. */
const detail = fc.oneof(
  some({ id: thoughtId }, { type: fc.constant('reasoning.text'), text: someText, signature: base64, format }),
  some({ id: thoughtId }, { type: fc.constant('reasoning.encrypted'), data: base64, format }),
);

const call = fc.oneof(
  fc.record({
    id: callId,
    type: fc.constant('function'),
    function: fc.record({ name, arguments: fc.oneof(fc.json(), fc.constantFrom('', '{"cut', 'null')) }),
  }),
  fc.record({ id: callId, type: fc.constant('custom'), custom: fc.record({ name, input: text }) }),
);
const annotation = fc.record({
  type: fc.constant('url_citation'),
  url_citation: fc.record({
    url: fc.webUrl(),
    title: name,
    start_index: fc.nat(9),
    end_index: fc.integer({ min: 10, max: 99 }),
  }),
});

const assistant = fc
  .tuple(
    some({ name }, { role: fc.constant('assistant'), content: someText }),
    some({
      refusal: text,
      tool_calls: fc.uniqueArray(call, { minLength: 1, maxLength: 3, selector: ({ id: own }) => own }),
    }),
    fc.option(list(detail), { nil: undefined }),
    fc.option(list(annotation), { nil: undefined }),
  )
  .map(([message, more, details, annotations]) => ({
    ...message,
    ...more,
    ...(annotations && { annotations }),
    ...(details && {
      reasoning_details: [...details, ...signatures(more)].map((entry, index) => ({ ...entry, index })),
      ...spoken(details),
    }),
  }));

/** Proofs of calls stand after those of thoughts. */
const signatures = ({ tool_calls = [] }: Fields): readonly Fields[] =>
  (tool_calls as readonly Fields[])
    .slice(0, 1)
    .map(call => ({ type: 'reasoning.encrypted', data: 'c2ln', format: 'google-gemini-v1', id: call.id }));

function spoken(details: readonly Fields[]): Fields {
  const said = details.map(entry => entry.text ?? '').join('');
  return said === '' ? {} : { reasoning_content: said };
}

const plainThinker = some({}, { role: fc.constant('assistant'), content: someText, reasoning_content: someText });

const message = fc.oneof(
  some({ name }, { role: fc.constantFrom('system', 'developer'), content: textContent }),
  some({ name, ...cacheControl }, { role: fc.constant('user'), content: userContent }),
  assistant,
  plainThinker,
  some({ name }, { role: fc.constant('tool'), tool_call_id: id, content: textContent }),
);

const schema = fc.constantFrom<Fields>(
  { type: 'object', properties: {} },
  { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
);
const tool = fc.oneof(
  some(cacheControl, {
    type: fc.constant('function'),
    function: some({ description: text, parameters: schema, strict: fc.boolean() }, { name }),
  }),
  fc.record({ type: fc.constant('custom'), custom: fc.record({ name: fc.constant('Grammar'), description: text }) }),
);
const toolChoice = fc.oneof(
  fc.constantFrom('auto', 'none', 'required'),
  fc.record({ type: fc.constant('function'), function: fc.record({ name }) }),
  fc.record({
    type: fc.constant('allowed_tools'),
    allowed_tools: fc.record({
      mode: fc.constantFrom('auto', 'required'),
      tools: list(fc.record({ type: fc.constant('function'), function: fc.record({ name }) })),
    }),
  }),
);
const responseFormat = fc.oneof(
  fc.constantFrom({ type: 'text' }, { type: 'json_object' }, { type: 'grammar', grammar: 'root ::= "a"' }),
  fc.record({
    type: fc.constant('json_schema'),
    json_schema: some({ description: text, strict: fc.boolean() }, { name, schema }),
  }),
);
const decimal = fc.double({ min: 0, max: 2, noNaN: true });

/** Requests of the dialect with what it and its servers know, in canonical spelling apart from what `canonical` mends. */
export const chatRequest: fc.Arbitrary<Fields> = some(
  {
    tools: list(tool),
    tool_choice: toolChoice,
    parallel_tool_calls: fc.boolean(),
    response_format: responseFormat,
    reasoning: some({ effort: fc.constant('low'), exclude: fc.boolean() }, { max_tokens: fc.nat(9999) }),
    max_tokens: fc.nat(9999),
    stop: fc.oneof(text, list(text)),
    temperature: decimal,
    top_p: decimal,
    top_k: fc.nat(100),
    frequency_penalty: decimal,
    presence_penalty: decimal,
    seed: fc.integer(),
    n: fc.integer({ min: 1, max: 8 }),
    logit_bias: fc.dictionary(fc.stringMatching(/^[1-9]\d{0,5}$/), decimal, { maxKeys: 3 }),
    user: name,
    safety_identifier: fc.constant(undefined),
    metadata: fc.dictionary(name, text, { maxKeys: 3 }),
    service_tier: fc.constantFrom('auto', 'flex'),
    prompt_cache_key: name,
    modalities: fc.constant(['text', 'audio']),
    audio: fc.constant({ voice: 'ash', format: 'wav' }),
    prediction: fc.record({ type: fc.constant('content'), content: text }),
    web_search_options: fc.constant({ search_context_size: 'low' }),
    verbosity: fc.constant('low'),
    store: fc.boolean(),
    thinking: fc.constant({ type: 'adaptive' }),
    min_p: decimal,
    stream: fc.constant(true),
  },
  { model: name, messages: list(message) },
).chain(request =>
  fc.tuple(unknownMember, fc.boolean(), fc.constantFrom('low', undefined)).map(([unknown, own, effort]) => ({
    ...request,
    ...(own && unknown),
    ...(effort && !('reasoning' in request) && { reasoning_effort: effort }),
  })),
);

/** The spelling that comes back: the meaning is the same. */
export function canonical(value: unknown): unknown {
  const { stop, stream, ...request } = withoutNothing(value) as Record<string, unknown>;
  return {
    ...request,
    ...(stop !== undefined && { stop: typeof stop === 'string' ? [stop] : stop }),
    ...(stream === true && { stream: true, stream_options: { include_usage: true } }),
    messages: (request.messages as Fields[]).map(canonicalMessage),
  };
}

/** One text with nothing else to say is a string. */
function canonicalMessage({ content, ...message }: Fields): Fields {
  const only = Array.isArray(content) && content.length === 1 ? (content[0] as Fields) : null;
  const plain = only?.type === 'text' && Object.keys(only).length === 2;
  return { ...message, content: plain ? only.text : content };
}

function withoutNothing(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (inner === null ? undefined : inner)));
}
