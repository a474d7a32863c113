import type OpenAI from 'openai';
import type { EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest, OutputFormat } from '../../src/spec/chat/chat-request.ts';
import { messagesJson } from './messages.ts';
import { type Fields, type OpenaiChatOptions, Writing } from './options.ts';
import { reasoningJson } from './reasoning.ts';
import { choiceJson, isSearch, offerOf } from './tools.ts';

type Params = OpenAI.ChatCompletionCreateParams;
type Name = keyof ChatRequest;

/** Members that mean the same in both forms. */
const same = {
  parallelToolCalls: 'parallel_tool_calls',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  seed: 'seed',
  choices: 'n',
  stop: 'stop',
  logitBias: 'logit_bias',
  user: 'user',
  metadata: 'metadata',
  serviceTier: 'service_tier',
  cacheKey: 'prompt_cache_key',
} as const satisfies Partial<Record<Name, keyof Params | 'top_k'>>;

/** A neutral request in OpenAI's chat dialect. */
export function toProvider(request: ChatRequest, model: string, options: OpenaiChatOptions): EncodedRequest {
  const writing = new Writing(options);
  const { tools = [], toolChoice, output, reasoning, logprobs, maxTokens } = request;
  const messages = messagesJson(request.messages, writing);
  const { tools: offered, beside } = offerOf(tools, model, writing);
  // None of the caller's tools can run there, so there is nothing to choose from.
  const toolless = offered.length === 0 && tools.some(tool => !isSearch(tool));
  const json = {
    model,
    messages,
    ...(offered.length > 0 && { tools: offered }),
    ...beside,
    ...(toolChoice !== undefined && !toolless && { tool_choice: choiceJson(toolChoice, tools) }),
    ...(output !== undefined && { response_format: formatJson(output) }),
    ...(reasoning !== undefined && reasoningJson(reasoning, model, writing)),
    ...(maxTokens !== undefined && { [options.maxTokens ?? 'max_tokens']: maxTokens }),
    ...(logprobs !== undefined && { logprobs: true }),
    ...(logprobs?.top !== undefined && { top_logprobs: logprobs.top }),
    ...sameMembers(allowedSampling(toolless ? { ...request, parallelToolCalls: undefined } : request, model, writing)),
    ...(request.stream && { stream: true }),
    ...(request.stream && options.asksForUsage !== false && { stream_options: { include_usage: true } }),
  };
  const body = writing.withExtra(json, request.extra, '');
  return { body: { ...body, ...originals(request) }, warnings: writing.warnings };
}

const sameMembers = (request: ChatRequest): Fields =>
  Object.fromEntries(
    Object.entries(same).flatMap(([neutral, name]) => {
      const value = request[neutral as Name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Where the caller's own object says more than its neutral form, it goes in its place. */
function originals({ extra }: ChatRequest): Fields {
  const own = extra?.['openai-chat'] ?? {};
  const names = ['tool_choice', 'response_format', 'reasoning'].filter(name => own[name] !== undefined);
  return Object.fromEntries(names.map(name => [name, own[name]]));
}

function formatJson(output: OutputFormat): Params['response_format'] {
  switch (output.type) {
    case 'text':
      return { type: 'text' };
    case 'json':
      return { type: 'json_object' };
    case 'json-schema': {
      const { type: _, ...schema } = output;
      return { type: 'json_schema', json_schema: schema };
    }
  }
}

/** What this server's models refuse of the sampling. */
function allowedSampling(request: ChatRequest, model: string, writing: Writing): ChatRequest {
  const { fixedSampling, topK, mostStops = Number.POSITIVE_INFINITY } = writing.options;
  const allowed: { -readonly [Member in Name]?: ChatRequest[Member] } = { ...request };
  const drop = (name: Name, field: string, why: string) => {
    if (request[name] === undefined) return;
    delete allowed[name];
    writing.warn(field, 'dropped', why);
  };
  if (topK === false) drop('topK', 'top_k', 'Sampling is not cut by a count.');
  if (fixedSampling?.test(model)) {
    const why = 'This model samples as it likes.';
    if (request.temperature !== 1) drop('temperature', 'temperature', why);
    if (request.topP !== 1) drop('topP', 'top_p', why);
    drop('stop', 'stop', 'This model takes no stop sequences.');
  }
  if (allowed.stop !== undefined && allowed.stop.length > mostStops) {
    allowed.stop = allowed.stop.slice(0, mostStops);
    writing.warn('stop', 'clamped', `The server takes ${mostStops} stop sequences.`);
  }
  return allowed as ChatRequest;
}
