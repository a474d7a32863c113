import fc from 'fast-check';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/).filter(text => !(text in {}));
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const base64 = fc.base64String({ minLength: 4, maxLength: 24 });
/** No numbers that are too long to be read without a loss. */
const plainJson = fc
  .jsonValue({ maxDepth: 2 })
  .filter(value => value !== null && !/__proto__|-0|\d{16}|e[+-]?\d/.test(JSON.stringify(value)));
const object = fc.dictionary(name, plainJson, { maxKeys: 2 }).map(fields => ({ ...fields }));

const some = (shape: Record<string, fc.Arbitrary<unknown>>, needed: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record({ ...needed, ...shape }, { requiredKeys: Object.keys(needed) }).map(fields => ({ ...fields }) as Fields);
const list = <Of>(of: fc.Arbitrary<Of>, minLength = 1) => fc.array(of, { minLength, maxLength: 3 });

const video = { videoMetadata: fc.record({ fps: fc.integer({ min: 1, max: 24 }) }) };
const inline = (mimeType: fc.Arbitrary<string>) => fc.record({ inlineData: fc.record({ mimeType, data: base64 }) });
const stored = name.map(id => `https://generativelanguage.googleapis.com/v1beta/files/${id.toLowerCase()}`);
const media = fc.oneof(
  inline(fc.constantFrom('image/png', 'image/webp', 'audio/wav', 'application/pdf', 'video/mp4')),
  some(video, { fileData: fc.record({ fileUri: fc.oneof(stored, fc.constant('https://www.youtube.com/watch?v=x')) }) }),
);
const said = fc.oneof(fc.record({ text }), media);

const signed = { thoughtSignature: base64 };
const modelPart = fc.oneof(
  fc.record({ text, thought: fc.constant(true), ...signed }),
  fc.record({ text }),
  fc.record({ text, ...signed }),
  fc.record({ executableCode: fc.record({ language: fc.constant('PYTHON'), code: text }) }),
  fc.record({ codeExecutionResult: fc.record({ outcome: fc.constant('OUTCOME_OK'), output: text }) }),
);

const response = fc.oneof(
  text.filter(value => !/^\s*\{/.test(value)).map(output => ({ output })),
  text.map(error => ({ error })),
  fc.tuple(plainJson, plainJson).map(([first, second]) => ({ first, second })),
);
const exchange = fc
  .array(
    fc.record({
      id: fc.uuid(),
      name,
      args: object,
      signature: base64,
      response,
      images: list(inline(fc.constant('image/png')), 0),
    }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map(calls => ({
    calls: calls.map(({ id, name: called, args, signature }) => ({
      functionCall: { id, name: called, args },
      thoughtSignature: signature,
    })),
    results: calls.map(({ id, name: called, response: told, images }) => ({
      functionResponse: { id, name: called, response: told, ...(images.length > 0 && { parts: images }) },
    })),
  }));

/** The user, the model, and results of what it called before the user goes on. */
const turn = fc.tuple(list(said), list(modelPart, 0), fc.option(exchange)).map(([user, model, called]): Fields[] => {
  // A message of thoughts alone is not taken.
  const spoken = model.every(part => 'thought' in part) ? [...model, { text: 'Hm.' }] : model;
  const parts = called === null ? spoken : [...spoken, ...called.calls];
  const contents: Fields[] = [
    { role: 'user', parts: user },
    { role: 'model', parts },
  ];
  return called === null ? contents : [...contents, { role: 'user', parts: called.results }];
});
const contents = fc
  .tuple(fc.array(turn, { maxLength: 2 }), list(said))
  .map(([turns, last]) => [...turns.flat(), { role: 'user', parts: last }]);

const schema = fc.record({
  type: fc.constant('object'),
  properties: fc.dictionary(name, fc.constantFrom({ type: 'string' }, { type: 'integer', description: 'A number.' })),
});
const declaration = some({ description: text }, { name, parametersJsonSchema: schema });
const functions = fc
  .uniqueArray(declaration, { minLength: 1, maxLength: 3, selector: each => each.name })
  .map(functionDeclarations => [{ functionDeclarations }]);
const tooling = fc.oneof(
  fc.constant({}),
  fc.constant({ tools: [{ googleSearch: {} }, { codeExecution: {} }] }),
  functions.chain(tools => {
    const names = tools[0]!.functionDeclarations.map(each => each.name);
    const calling = fc.constantFrom<Fields>(
      { mode: 'AUTO' },
      { mode: 'NONE' },
      { mode: 'ANY' },
      { mode: 'ANY', allowedFunctionNames: names },
    );
    return some({ toolConfig: fc.record({ functionCallingConfig: calling }) }, { tools: fc.constant(tools) });
  }),
);

const number = (max: number) => fc.integer({ min: 1, max: max * 10 }).map(tenths => tenths / 10);
const sampling = {
  temperature: number(2),
  topP: number(1),
  topK: fc.integer({ min: 1, max: 64 }),
  candidateCount: fc.integer({ min: 2, max: 8 }),
  maxOutputTokens: fc.integer({ min: 1, max: 65_536 }),
  stopSequences: list(text),
  seed: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  presencePenalty: number(2),
  frequencyPenalty: number(2),
  thinkingConfig: fc.record({
    thinkingLevel: fc.constantFrom('minimal', 'low', 'medium', 'high'),
    includeThoughts: fc.constant(true),
  }),
  responseModalities: fc.constantFrom(['TEXT', 'IMAGE'], ['AUDIO']),
  mediaResolution: fc.constant('MEDIA_RESOLUTION_LOW'),
  speechConfig: fc.constant({ languageCode: 'de-DE' }),
};
const logprobs = fc.oneof(
  fc.constant({}),
  fc.constant({ responseLogprobs: true }),
  fc.integer({ min: 1, max: 20 }).map(top => ({ responseLogprobs: true, logprobs: top })),
);
const output = fc.oneof(
  fc.constant({}),
  fc.constant({ responseMimeType: 'application/json' }),
  schema.map(responseJsonSchema => ({ responseMimeType: 'application/json', responseJsonSchema })),
);
const generationConfig = fc
  .tuple(some(sampling), logprobs, output)
  .map((parts): Fields => Object.assign({}, ...parts) as Fields);

/** Requests in this dialect that its own API takes as they are. */
export const contentRequest: fc.Arbitrary<Fields> = fc
  .tuple(
    some(
      {
        systemInstruction: fc.record({ parts: list(fc.record({ text })) }),
        generationConfig,
        safetySettings: fc.constant([{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }]),
        labels: fc.dictionary(name, name, { minKeys: 1, maxKeys: 2 }).map(fields => ({ ...fields })),
        serviceTier: fc.constantFrom('standard', 'flex', 'priority'),
        store: fc.boolean(),
      },
      { contents },
    ),
    tooling,
  )
  .map(parts => Object.assign({}, ...parts) as Fields);

/** Objects whose names are the caller's own. */
const OWN = new Set(['args', 'response', 'parametersJsonSchema', 'responseJsonSchema', 'labels', 'speechConfig']);

/** The same with names in snake case, as JSON of protocol buffers allows. */
export function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([camel, inner]) => [
      camel.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      OWN.has(camel) ? inner : snakeCase(inner),
    ]),
  );
}

/** Contents of one role that follow each other are one; an empty object says nothing. */
export function canonical(body: Fields): unknown {
  const joined: { role: unknown; parts: unknown[] }[] = [];
  for (const { role, parts } of body.contents as { role: unknown; parts: unknown[] }[]) {
    const last = joined.at(-1);
    if (last !== undefined && last.role === role) last.parts.push(...parts);
    else joined.push({ role, parts: [...parts] });
  }
  const { generationConfig: config, ...rest } = body;
  const configured = isFields(config) && Object.keys(config).length > 0 ? { generationConfig: config } : {};
  return JSON.parse(JSON.stringify({ ...rest, ...configured, contents: joined }));
}
