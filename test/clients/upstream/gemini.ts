/**
 * Gemini's `generateContent` as it is on the wire, for one scripted conversation with a model that signs its calls.
 * Sources: https://ai.google.dev/api/generate-content, https://ai.google.dev/gemini-api/docs/thought-signatures.
 */
import type { Proofs } from './proofs.ts';
import { type Asked, demand, nextTurn, pieces, type Turn, USAGE } from './scenario.ts';
import type { Dialect, Reply } from './server.ts';

interface Part {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly id?: string; readonly name: string; readonly args?: object };
  readonly functionResponse?: { readonly id?: string; readonly name: string; readonly response: object };
}

interface Content {
  readonly role?: string;
  readonly parts: readonly Part[];
}

interface Body {
  readonly contents: readonly Content[];
  readonly tools?: readonly { readonly functionDeclarations?: readonly Declaration[] }[];
  readonly generationConfig?: { readonly thinkingConfig?: { readonly includeThoughts?: boolean } };
}

interface Declaration {
  readonly name: string;
  readonly parameters?: Schema;
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Everything that a `Schema` may have; JSON Schema goes under `parametersJsonSchema`. */
const SCHEMA = new Set(
  'type format title description nullable enum maxItems minItems properties required minProperties maxProperties minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum'.split(
    ' ',
  ),
);

/** Taken in the place of a signature that was lost on the way: the page on thought signatures, last questions. */
const STAND_INS = new Set(['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']);

/** LangChain's older package has one that a model of Gemini's once made, and sends it with every other call. */
const BORROWED = 'ErYCCrMCAdHtim9';

export const gemini: Dialect = {
  path: /^\/gemini\/v1beta\/models\/[^/]+:(generateContent|streamGenerateContent)$/,
  answer: ({ body, headers, url }, proofs) => {
    demand(headers['x-goog-api-key'] ?? url.searchParams.get('key'), 'Method doesn’t allow unregistered callers');
    const turn = nextTurn(read(body as unknown as Body, proofs));
    const model = /models\/([^/:]+)/.exec(url.pathname)![1]!;
    const streams = url.pathname.endsWith(':streamGenerateContent');
    demand(!streams || url.searchParams.get('alt') === 'sse', 'this stand-in streams server-sent events only');
    return streams ? streamed(model, turn, proofs) : whole(model, turn, proofs);
  },
  refusal: message => ({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }),
};

function read({ contents: sent, tools, generationConfig }: Body, proofs: Proofs): Asked {
  demand(sent.length > 0, '* GenerateContentRequest.contents: contents is not specified');
  const contents = asTurns(sent);
  const declared = (tools ?? []).flatMap(tool => tool.functionDeclarations ?? []);
  for (const { name, parameters } of declared) {
    demand(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(name), `Invalid function name: ${name}`);
    if (parameters) checkSchema(parameters, name);
  }
  checkContents(contents);
  const asking = contents.findLastIndex(({ role, parts }) => role !== 'model' && !parts.some(isResponse));
  const since = contents.slice(asking + 1);
  const steps = since.filter(({ role }) => role === 'model');
  for (const { parts } of steps) checkSignature(parts, proofs);
  return {
    userText: contents[asking]?.parts.map(part => part.text ?? '').join('\n') ?? '',
    tools: new Set(declared.map(({ name }) => name)),
    steps: steps.length,
    results: since.flatMap(({ parts }) => parts.filter(isResponse).map(responseText)),
    thinks: generationConfig?.thinkingConfig?.includeThoughts === true,
  };
}

function checkSchema(schema: Schema, path: string): void {
  for (const name of Object.keys(schema)) demand(SCHEMA.has(name), `Unknown name "${name}" at '${path}'`);
  demand(!Array.isArray(schema.type), `Unknown name "type" at '${path}': Proto field is not repeating`);
  for (const [name, inner] of Object.entries(schema.properties ?? {})) checkSchema(inner, `${path}.${name}`);
  for (const inner of schema.anyOf ?? []) checkSchema(inner, `${path}.any_of`);
  if (schema.items) checkSchema(schema.items, `${path}.items`);
}

type ResponsePart = Part & Required<Pick<Part, 'functionResponse'>>;
type CallPart = Part & Required<Pick<Part, 'functionCall'>>;

const isResponse = (part: Part): part is ResponsePart => part.functionResponse !== undefined;
const isCall = (part: Part): part is CallPart => part.functionCall !== undefined;

const responseText = ({ functionResponse: { response } }: ResponsePart): string => {
  const values = Object.values(response);
  return values.length === 1 && typeof values[0] === 'string' ? values[0] : JSON.stringify(response);
};

/** Contents of one role that follow one another are one turn; results may have a role of their own. */
function asTurns(contents: readonly Content[]): readonly Content[] {
  const turns: Content[] = [];
  for (const { role, parts } of contents) {
    const own = role === 'function' ? 'user' : role;
    const last = turns.at(-1);
    if (last !== undefined && last.role === own)
      turns[turns.length - 1] = { ...last, parts: [...last.parts, ...parts] };
    else turns.push({ ...(own && { role: own }), parts });
  }
  return turns;
}

/** Each turn of calls is followed by a turn with as many responses, of the same names and ids. */
function checkContents(contents: readonly Content[]): void {
  let open: readonly CallPart[] = [];
  for (const [index, { role, parts }] of contents.entries()) {
    const at = `contents[${index}]`;
    demand(role === 'user' || role === 'model', 'Please use a valid role: user, model.');
    demand((parts ?? []).length > 0, `* GenerateContentRequest.${at}.parts: contents.parts must not be empty.`);
    const responses = parts.filter(isResponse);
    demand(
      responses.length === open.length,
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
    for (const { functionResponse } of responses) {
      const call = open.find(
        ({ functionCall: { id, name } }) =>
          // An older client knows no ids, and has to answer in order.
          (functionResponse.id === undefined || id === undefined || id === functionResponse.id) &&
          name === functionResponse.name,
      );
      demand(call, `${at}: no call of the name ${functionResponse.name} has the id ${functionResponse.id}`);
    }
    const calls = parts.filter(isCall);
    open = calls;
    demand(
      open.length === 0 || (role === 'model' && index > 0),
      'Please ensure that function call turn comes immediately after a user turn',
    );
    for (const { functionCall } of calls) demand(functionCall.name, `${at}.function_call.name: Name cannot be empty.`);
  }
  demand(open.length === 0, 'Please ensure that function response turn comes immediately after a function call turn.');
}

const signed = ({ name, args }: { readonly name: string; readonly args?: object }) => JSON.stringify([name, args]);

/** Of the present turn, the first call of each step needs its signature. */
function checkSignature(parts: readonly Part[], proofs: Proofs): void {
  for (const { functionCall, thoughtSignature } of parts.filter(isCall)) {
    if (thoughtSignature === undefined || STAND_INS.has(thoughtSignature)) continue;
    if (thoughtSignature.startsWith(BORROWED)) continue;
    demand(proofs.check(thoughtSignature, signed(functionCall)), 'Corrupted thought signature.');
  }
  const first = parts.find(isCall);
  demand(
    first === undefined || first.thoughtSignature !== undefined,
    `Function call is missing a thought_signature in functionCall parts. Additional data, function call \`${first?.functionCall.name}\``,
  );
}

/** As streamed: a call comes whole, and the first one of an answer is signed. */
function partsOf({ thought, text, calls }: Turn, proofs: Proofs): readonly Part[] {
  return [
    ...(thought === null ? [] : pieces(thought).map(piece => ({ text: piece, thought: true }))),
    ...pieces(text).map(piece => ({ text: piece })),
    ...calls.map(({ name, input: args }, index) => ({
      functionCall: { name, args, id: crypto.randomUUID().slice(0, 8) },
      ...(index === 0 && { thoughtSignature: proofs.issue(signed({ name, args })) }),
    })),
  ];
}

const usageMetadata = {
  promptTokenCount: USAGE.prompt,
  cachedContentTokenCount: USAGE.cached,
  candidatesTokenCount: USAGE.completion - USAGE.reasoning,
  thoughtsTokenCount: USAGE.reasoning,
  totalTokenCount: USAGE.prompt + USAGE.completion,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: USAGE.prompt }],
};

const answerOf = (model: string, responseId: string, parts: readonly Part[], last: boolean) => ({
  candidates: [{ content: { parts, role: 'model' }, ...(last && { finishReason: 'STOP' }), index: 0 }],
  usageMetadata,
  modelVersion: model,
  responseId,
});

/** Neighbours of one kind are one part. */
function joined(parts: readonly Part[]): readonly Part[] {
  const whole: Part[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (last?.text !== undefined && part.text !== undefined && last.thought === part.thought) {
      whole[whole.length - 1] = { ...last, text: last.text + part.text };
    } else whole.push(part);
  }
  return whole;
}

function whole(model: string, turn: Turn, proofs: Proofs): Reply {
  return { turn, json: answerOf(model, crypto.randomUUID().slice(0, 23), joined(partsOf(turn, proofs)), true) };
}

function streamed(model: string, turn: Turn, proofs: Proofs): Reply {
  const id = crypto.randomUUID().slice(0, 23);
  const parts = partsOf(turn, proofs);
  // A call ends the answer itself, a text does not.
  const last = turn.calls.length > 0 ? parts.slice(-1) : [{ text: '' }];
  const before = turn.calls.length > 0 ? parts.slice(0, -1) : parts;
  const chunks = [...before.map(part => answerOf(model, id, [part], false)), answerOf(model, id, last, true)];
  return { turn, events: chunks.map(chunk => `data: ${JSON.stringify(chunk)}\r\n\r\n`) };
}
