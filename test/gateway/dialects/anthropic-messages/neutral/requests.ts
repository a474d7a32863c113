import fc from 'fast-check';

type Fields = Readonly<Record<string, unknown>>;

const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/).filter(text => !(text in {}));
const toolName = fc.stringMatching(/^[a-z][a-zA-Z0-9-]{0,8}$/).filter(text => !(text in {}));
/** The API refuses text without a visible character. */
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter(value => value.trim() !== '');
const base64 = fc.base64String({ minLength: 4, maxLength: 24 });
const plainJson = fc.jsonValue().filter(value => value !== null && !/__proto__|-0/.test(JSON.stringify(value)));

/** Members of `shape`, each there or not. */
const some = (shape: Record<string, fc.Arbitrary<unknown>>, needed: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record({ ...needed, ...shape }, { requiredKeys: Object.keys(needed) }).map(fields => ({ ...fields }) as Fields);
const list = <Of>(of: fc.Arbitrary<Of>, minLength = 1) => fc.array(of, { minLength, maxLength: 3 });

const cached = { cache_control: fc.constant({ type: 'ephemeral', ttl: '1h' }) };

const textBlock = some(cached, { type: fc.constant('text'), text });
const imageBlock = some(cached, {
  type: fc.constant('image'),
  source: fc.oneof(
    fc.record({ type: fc.constant('base64'), media_type: fc.constantFrom('image/png', 'image/webp'), data: base64 }),
    fc.record({ type: fc.constant('url'), url: fc.webUrl() }),
    fc.record({ type: fc.constant('file'), file_id: name }),
  ),
});
const documentBlock = some(
  { ...cached, title: name, context: text, citations: fc.constant({ enabled: true }) },
  {
    type: fc.constant('document'),
    source: fc.oneof(
      fc.record({ type: fc.constant('base64'), media_type: fc.constant('application/pdf'), data: base64 }),
      fc.record({ type: fc.constant('url'), url: fc.webUrl() }),
      fc.record({ type: fc.constant('text'), media_type: fc.constant('text/plain'), data: fc.string() }),
      fc.record({ type: fc.constant('file'), file_id: name }),
    ),
  },
);
const said = fc.oneof(text, list(fc.oneof(textBlock, imageBlock, documentBlock)));

const thinking = fc.oneof(
  fc.record({ type: fc.constant('thinking'), thinking: fc.string(), signature: base64 }),
  fc.record({ type: fc.constant('redacted_thinking'), data: base64 }),
);
/** What the model says, with where it is from. */
const citedBlock = some(
  {
    ...cached,
    citations: list(
      fc.oneof(
        fc.record({
          type: fc.constant('web_search_result_location'),
          cited_text: text,
          url: fc.webUrl(),
          title: name,
          encrypted_index: base64,
        }),
        fc.record({
          type: fc.constant('char_location'),
          cited_text: text,
          document_index: fc.nat(3),
          document_title: name,
          start_char_index: fc.nat(9),
          end_char_index: fc.nat(9),
        }),
        fc.record({
          type: fc.constant('page_location'),
          cited_text: text,
          document_index: fc.nat(3),
          document_title: name,
          start_page_number: fc.nat(9),
          end_page_number: fc.nat(9),
        }),
      ),
    ),
  },
  { type: fc.constant('text'), text },
);
/** Tools that ran at the provider: their calls, and what they found. */
const serverBlock = fc.oneof(
  some(cached, {
    type: fc.constant('server_tool_use'),
    id: name,
    name: fc.constantFrom('web_search', 'web_fetch', 'code_execution', 'bash_code_execution'),
    input: fc.record({ query: text }),
  }),
  some(
    { ...cached, caller: fc.constant({ type: 'direct' }) },
    {
      type: fc.constantFrom('web_search_tool_result', 'web_fetch_tool_result', 'code_execution_tool_result'),
      tool_use_id: name,
      content: fc.oneof(
        list(fc.record({ type: fc.constant('web_search_result'), url: fc.webUrl(), encrypted_content: base64 })),
        fc.record({ type: fc.constant('web_search_tool_result_error'), error_code: fc.constant('unavailable') }),
      ),
    },
  ),
  fc.record({ type: fc.constant('mcp_tool_use'), id: name, name: toolName, server_name: name, input: fc.constant({}) }),
  fc.record({
    type: fc.constant('mcp_tool_result'),
    tool_use_id: name,
    is_error: fc.boolean(),
    content: fc.oneof(text, list(textBlock)),
  }),
  fc.record({ type: fc.constant('container_upload'), file_id: name }),
);
const toolReference = fc.record({ type: fc.constant('tool_reference'), tool_name: toolName });
const callOf = (id: string) =>
  some(cached, {
    type: fc.constant('tool_use'),
    id: fc.constant(id),
    name: toolName,
    input: fc.dictionary(name, plainJson, { maxKeys: 2 }).map(fields => ({ ...fields })),
  });
const resultOf = (id: string) =>
  some(
    { ...cached, is_error: fc.constant(true) },
    {
      type: fc.constant('tool_result'),
      tool_use_id: fc.constant(id),
      content: fc.oneof(text, list(fc.oneof(textBlock, imageBlock, documentBlock, toolReference))),
    },
  );

/** The model thinks, says something and calls; each call is answered, and the user may say more. */
const round = fc.nat(2).chain(count => {
  const ids = Array.from({ length: count }, (_, index) => `toolu_${index}`);
  return fc
    .tuple(
      list(thinking, 0),
      list(fc.oneof(textBlock, citedBlock, serverBlock)),
      fc.tuple(...ids.map(callOf)),
      fc.tuple(...ids.map(resultOf)),
      said,
    )
    .map(([thoughts, texts, calls, results, more]) => {
      const after = typeof more === 'string' ? [{ type: 'text', text: more }] : more;
      return [
        { role: 'assistant', content: [...thoughts, ...texts, ...calls] },
        { role: 'user', content: [...results, ...after] },
      ];
    });
});
/** Ids are unique in a conversation. */
const rounds = list(round, 0).map(all =>
  all.flatMap((messages, index) => JSON.parse(JSON.stringify(messages).replaceAll('toolu_', `toolu_${index}_`))),
);

const tool = fc.oneof(
  some(
    { ...cached, description: text, defer_loading: fc.boolean() },
    {
      name: toolName,
      input_schema: some(
        { description: text, $schema: fc.constant('https://json-schema.org/draft/2020-12/schema') },
        { type: fc.constant('object'), properties: fc.dictionary(name, fc.constant({ type: 'string' })) },
      ),
    },
  ),
  fc.record({ type: fc.constant('web_search_20250305'), name: fc.constant('web_search'), max_uses: fc.nat(5) }),
);
const toolMembers = fc
  .tuple(
    fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: fields => String(fields.name) }),
    fc.constantFrom<'auto' | 'any' | 'none' | 'tool'>('auto', 'any', 'none', 'tool'),
    fc.boolean(),
  )
  .map(([tools, type, single]) => {
    const only = type === 'tool' ? { name: String(tools[0]!.name) } : {};
    const disable = single && type !== 'none' ? { disable_parallel_tool_use: true } : {};
    return { tools, tool_choice: { type, ...only, ...disable } };
  });

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };

export const messagesRequest = fc
  .tuple(
    fc.record({ model: fc.constant('claude-sonnet-4-5'), max_tokens: fc.integer({ min: 1, max: 60_000 }) }),
    said,
    rounds,
    some({
      system: fc.oneof(text, list(textBlock)),
      temperature: fc.constantFrom(0, 0.5, 1),
      top_k: fc.nat(50),
      stop_sequences: list(text),
      metadata: fc.record({ user_id: name }),
      service_tier: fc.constantFrom('auto', 'standard_only'),
      output_config: fc.constantFrom({ format: { type: 'json_schema', schema } }, { task_budget: { total: 5 } }),
      stream: fc.boolean(),
      container: name,
      context_management: fc.constant({ edits: [{ type: 'clear_tool_uses_20250919' }] }),
    }),
    fc.option(toolMembers, { nil: undefined }),
  )
  .map(
    ([head, first, more, members, tools]): Fields => ({
      ...head,
      ...members,
      ...tools,
      messages: [{ role: 'user', content: first }, ...more],
    }),
  );

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text and a list of one bare text are one thing, here and in results of tools. */
const blocksOf = (content: unknown): unknown =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

function canonicalBlock(block: unknown): unknown {
  if (!isFields(block) || block.type !== 'tool_result') return block;
  return { ...block, content: blocksOf(block.content) };
}

/** What may be written in more than one way, in one. */
export function canonical(body: unknown): unknown {
  if (!isFields(body)) return body;
  const { system, messages, stream = false, ...rest } = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
  return {
    ...rest,
    stream,
    ...(system !== undefined && { system: blocksOf(system) }),
    messages: (messages as Fields[]).map(({ role, content }) => ({
      role,
      content: (blocksOf(content) as unknown[]).map(canonicalBlock),
    })),
  };
}
