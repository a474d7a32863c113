/**
 * OpenAI's Responses API as it is on the wire, for one scripted conversation. Sources:
 * https://platform.openai.com/docs/api-reference/responses, …/guides/reasoning#encrypted-reasoning-items.
 */
import type OpenAI from 'openai';
import type { Proofs } from './proofs.ts';
import { type Asked, demand, nextTurn, pieces, type Turn, USAGE } from './scenario.ts';
import type { Dialect, Reply } from './server.ts';

type Body = OpenAI.Responses.ResponseCreateParams;
type Item = OpenAI.Responses.ResponseInputItem;

export const responses: Dialect = {
  path: /^\/openai\/v1\/responses$/,
  answer: ({ body, headers }, proofs) => {
    demand(headers.authorization?.startsWith('Bearer sk-'), 'You didn’t provide an API key.');
    const request = body as unknown as Body;
    const turn = nextTurn(read(request, proofs));
    const output = outputOf(request, turn, proofs);
    return request.stream === true ? streamed(request, turn, output) : { turn, json: whole(request, output) };
  },
  refusal: message => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
};

function read(request: Body, proofs: Proofs): Asked {
  demand(typeof request.model === 'string', "Missing required parameter: 'model'.");
  demand(request.input !== undefined, "Missing required parameter: 'input'.");
  const input: readonly Item[] =
    typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input;
  checkItems(input, proofs);
  const asking = input.findLastIndex(item => 'role' in item && item.role === 'user');
  const since = input.slice(asking + 1);
  const results = since.filter(item => item.type === 'function_call_output' || item.type === 'custom_tool_call_output');
  return {
    userText: textOf(input[asking]),
    tools: new Set((request.tools ?? []).flatMap(toolNames)),
    // Calls made at once are one step: each has a call that nothing but calls stand behind.
    steps: since.filter((item, index) => isCall(item) && !isCall(since[index + 1])).length,
    results: results.map(({ output }) => (typeof output === 'string' ? output : output.map(outputText).join(''))),
    thinks: request.reasoning?.summary !== undefined && request.reasoning.summary !== null,
  };
}

const outputText = (part: object): string => ('text' in part ? String(part.text) : '');

const isCall = (item: Item | undefined): boolean => item?.type === 'function_call' || item?.type === 'custom_tool_call';

function textOf(item: Item | undefined): string {
  if (item === undefined || !('content' in item)) return '';
  if (typeof item.content === 'string') return item.content;
  return (item.content ?? []).map(outputText).join('\n');
}

function toolNames(tool: OpenAI.Responses.Tool): readonly string[] {
  if (tool.type === 'namespace') return tool.tools.map(({ name }) => name);
  if (tool.type !== 'function' && tool.type !== 'custom') return [];
  demand(/^[a-zA-Z0-9_-]{1,64}$/.test(tool.name), `Invalid tool name '${tool.name}'`);
  return [tool.name];
}

/** Calls and results have each other, items that were made here are as they were, and nothing is stored. */
function checkItems(input: readonly Item[], proofs: Proofs): void {
  const calls = new Set<string>();
  const answered = new Set<string>();
  for (const [index, item] of input.entries()) {
    const at = `input[${index}]`;
    demand(item.type !== 'item_reference', `Item with id '${'id' in item ? item.id : ''}' not found.`);
    if (item.type === 'function_call' || item.type === 'custom_tool_call') {
      demand(
        item.id === undefined || item.id === null || /^(fc|ctc)_/.test(item.id),
        `Invalid '${at}.id': '${item.id}'`,
      );
      calls.add(item.call_id);
    }
    if (item.type === 'function_call_output' || item.type === 'custom_tool_call_output') {
      const { call_id: id } = item;
      demand(id && calls.has(id), `No tool call found for function call output with call_id ${id}.`);
      answered.add(id);
    }
    if (item.type === 'reasoning') {
      demand(item.id?.startsWith('rs_'), `Invalid '${at}.id'`);
      demand(
        item.encrypted_content,
        `Item with id '${item.id}' not found. Items are not persisted when \`store\` is false.`,
      );
      const text = item.summary.map(part => part.text).join('');
      demand(
        proofs.check(item.encrypted_content, text),
        `The encrypted content for item ${item.id} could not be verified.`,
      );
    }
  }
  for (const id of calls) demand(answered.has(id), `No tool output found for function call ${id}.`);
}

interface Written {
  readonly item: Readonly<Record<string, unknown>> & { readonly id: string };
  /** Events between `output_item.added` and `output_item.done`. */
  readonly events: readonly object[];
  readonly begun: object;
}

const newId = (begin: string) => `${begin}_${crypto.randomUUID().replaceAll('-', '')}`;

function outputOf(request: Body, { thought, text, calls }: Turn, proofs: Proofs): readonly Written[] {
  const encrypted = request.include?.includes('reasoning.encrypted_content') ?? false;
  return [
    ...(thought === null ? [] : [reasoningItem(thought, encrypted ? proofs.issue(thought) : null)]),
    ...(text === '' ? [] : [messageItem(text)]),
    ...calls.map(({ name, input }) => callItem(name, JSON.stringify(input))),
  ];
}

function reasoningItem(text: string, proof: string | null): Written {
  const id = newId('rs');
  const at = { item_id: id, summary_index: 0 };
  const part = { type: 'summary_text', text };
  const sealed = proof === null ? {} : { encrypted_content: proof };
  return {
    item: { id, type: 'reasoning', summary: [part], ...sealed },
    begun: { id, type: 'reasoning', summary: [], ...sealed },
    events: [
      { type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } },
      ...pieces(text).map(delta => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
      { type: 'response.reasoning_summary_text.done', ...at, text },
      { type: 'response.reasoning_summary_part.done', ...at, part },
    ],
  };
}

function messageItem(text: string): Written {
  const id = newId('msg');
  const at = { item_id: id, content_index: 0 };
  const part = { type: 'output_text', annotations: [], logprobs: [], text };
  const head = { id, type: 'message', role: 'assistant' };
  return {
    item: { ...head, status: 'completed', content: [part] },
    begun: { ...head, status: 'in_progress', content: [] },
    events: [
      { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
      ...pieces(text).map(delta => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
      { type: 'response.output_text.done', ...at, text, logprobs: [] },
      { type: 'response.content_part.done', ...at, part },
    ],
  };
}

function callItem(name: string, input: string): Written {
  const id = newId('fc');
  const head = { id, type: 'function_call', call_id: newId('call').slice(0, 29), name };
  return {
    item: { ...head, status: 'completed', arguments: input },
    begun: { ...head, status: 'in_progress', arguments: '' },
    events: [
      ...pieces(input).map(delta => ({ type: 'response.function_call_arguments.delta', item_id: id, delta })),
      { type: 'response.function_call_arguments.done', item_id: id, arguments: input, name },
    ],
  };
}

const usage = {
  input_tokens: USAGE.prompt,
  input_tokens_details: { cached_tokens: USAGE.cached },
  output_tokens: USAGE.completion,
  output_tokens_details: { reasoning_tokens: USAGE.reasoning },
  total_tokens: USAGE.prompt + USAGE.completion,
};

const responseOf = (request: Body, status: string, output: readonly object[]) => ({
  id: newId('resp'),
  object: 'response',
  created_at: 1_780_000_000,
  status,
  error: null,
  incomplete_details: null,
  instructions: request.instructions ?? null,
  max_output_tokens: request.max_output_tokens ?? null,
  model: request.model,
  output,
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
  store: request.store ?? true,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: request.tool_choice ?? 'auto',
  tools: request.tools ?? [],
  top_p: 1,
  truncation: 'disabled',
  usage: status === 'completed' ? usage : null,
  user: null,
  metadata: {},
});

const whole = (request: Body, output: readonly Written[]) =>
  responseOf(
    request,
    'completed',
    output.map(({ item }) => item),
  );

function streamed(request: Body, turn: Turn, output: readonly Written[]): Reply {
  const completed = whole(request, output);
  const begun = { ...responseOf(request, 'in_progress', []), id: completed.id };
  const events: object[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap(({ item, begun: first, events: between }, index) => [
      { type: 'response.output_item.added', output_index: index, item: first },
      ...between.map(event => ({ ...event, output_index: index })),
      { type: 'response.output_item.done', output_index: index, item },
    ]),
    { type: 'response.completed', response: completed },
  ];
  return { turn, events: events.map(wire) };
}

function wire(event: object, index: number): string {
  const { type } = event as { readonly type: string };
  return `event: ${type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`;
}
