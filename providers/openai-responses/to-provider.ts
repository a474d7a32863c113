import type OpenAI from 'openai';
import type { EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest, OutputFormat } from '../../src/spec/chat/chat-request.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { reasoningJson } from '../openai-chat/reasoning.ts';
import { inputItems } from './items.ts';
import { allowedJson, choiceJson, toolsJson } from './tools.ts';
import { unsupported } from './unsupported.ts';
import { OWNER, type ResponsesOptions, ResponsesWriting } from './writing.ts';

type Params = OpenAI.Responses.ResponseCreateParams;

const LEAST_TOKENS = 16;
const THOUGHTS = 'reasoning.encrypted_content';
const LOGPROBS = 'message.output_text.logprobs';

/** Members of the chat dialect that this one has under the same name. */
const shared: ReadonlySet<string> = new Set([
  'store',
  'safety_identifier',
  'prompt_cache_retention',
  'prompt_cache_options',
  'moderation',
  'stream_options',
]);

/** A neutral request in OpenAI's Responses dialect. Nothing of it is kept at the provider unless the caller says so. */
export function toProvider(request: ChatRequest, model: string, options: ResponsesOptions): EncodedRequest {
  const writing = new ResponsesWriting(options);
  const { extra = {}, parallelToolCalls, metadata, serviceTier, cacheKey, user } = request;
  const own = extra[OWNER] ?? {};
  const chat = extra['openai-chat'] ?? {};
  for (const { field, why, asked } of unsupported) if (asked(request)) writing.warn(field, 'dropped', why);
  const stateful = own.previous_response_id !== undefined || own.conversation !== undefined;
  const input = inputItems(request.messages, writing, stateful);
  const tools = toolsOf(request, chat, writing);
  const json = {
    model,
    input,
    store: false,
    ...tools,
    ...(parallelToolCalls !== undefined && tools.tools !== undefined && { parallel_tool_calls: parallelToolCalls }),
    ...textOf(request, chat),
    ...thinkingOf(request, model, writing),
    ...samplingOf(request, model, writing),
    ...(user !== undefined && { user }),
    ...(metadata !== undefined && { metadata }),
    ...(serviceTier !== undefined && { service_tier: serviceTier }),
    ...(cacheKey !== undefined && { prompt_cache_key: cacheKey }),
    ...(request.stream && { stream: true }),
  };
  const { tool_choice: _choice, verbosity: _verbosity, web_search_options: _search, store, ...left } = chat;
  const rest = { ...extra, 'openai-chat': left };
  const body = { ...writing.withOwn(json, rest, '', shared), ...originals(own), ...(store !== undefined && { store }) };
  return { body: { ...body, ...includeOf(request, model, body, writing) }, warnings: writing.warnings };
}

/** Where the caller's own object says more than its neutral form, it goes in its place. */
function originals(own: Fields): Fields {
  const names = ['tool_choice', 'store'].filter(name => own[name] !== undefined);
  const objects = ['text', 'reasoning'].filter(name => isFields(own[name]));
  return Object.fromEntries([...names, ...objects].map(name => [name, own[name]]));
}

function toolsOf({ tools = [], toolChoice }: ChatRequest, chat: Fields, writing: ResponsesWriting): Fields {
  const offered = [...toolsJson(tools, writing), ...searchTool(chat.web_search_options)];
  if (offered.length === 0) return {};
  const choice =
    allowedJson(chat.tool_choice, tools) ?? (toolChoice === undefined ? undefined : choiceJson(toolChoice, tools));
  return { tools: offered, ...(choice !== undefined && { tool_choice: choice }) };
}

/** What the search models of the chat dialect do is a tool here. */
function searchTool(options: unknown): readonly Fields[] {
  if (!isFields(options)) return [];
  const { user_location: told, ...rest } = options;
  const place = isFields(told) && isFields(told.approximate) ? { type: 'approximate', ...told.approximate } : told;
  return [{ type: 'web_search', ...rest, ...(place !== undefined && { user_location: place }) }];
}

function textOf({ output }: ChatRequest, { verbosity }: Fields): Fields {
  if (output === undefined && verbosity === undefined) return {};
  const format = output === undefined ? {} : { format: formatJson(output) };
  return { text: { ...format, ...(verbosity !== undefined && { verbosity }) } };
}

function formatJson(output: OutputFormat): NonNullable<Params['text']>['format'] {
  switch (output.type) {
    case 'text':
      return { type: 'text' };
    case 'json':
      return { type: 'json_object' };
    case 'json-schema': {
      const { type: _, ...schema } = output;
      return { type: 'json_schema', ...schema };
    }
  }
}

function thinkingOf({ reasoning }: ChatRequest, model: string, writing: ResponsesWriting): Fields {
  if (reasoning === undefined) return {};
  const { reasoning_effort: effort } = reasoningJson(reasoning, model, writing);
  const shown = reasoning.include === true && writing.thinks(model);
  if (effort === undefined && !shown) return {};
  return { reasoning: { ...(effort !== undefined && { effort }), ...(shown && { summary: 'auto' }) } };
}

function samplingOf({ temperature, topP, maxTokens, logprobs }: ChatRequest, model: string, writing: ResponsesWriting) {
  const fixed = writing.responses.fixedSampling?.test(model) === true;
  const allowed = (value: number | undefined, field: string): boolean => {
    if (value === undefined || !fixed) return value !== undefined;
    if (value !== 1) writing.warn(field, 'dropped', 'This model samples as it likes.');
    return false;
  };
  if (maxTokens !== undefined && maxTokens < LEAST_TOKENS) {
    writing.warn('max_tokens', 'clamped', `The least bound is ${LEAST_TOKENS} tokens.`);
  }
  return {
    ...(allowed(temperature, 'temperature') && { temperature }),
    ...(allowed(topP, 'top_p') && { top_p: topP }),
    ...(maxTokens !== undefined && { max_output_tokens: Math.max(maxTokens, LEAST_TOKENS) }),
    ...(logprobs?.top !== undefined && { top_logprobs: logprobs.top }),
  };
}

/** What is not kept at the provider has to come with the answer, so that the caller can send it back. */
function includeOf({ logprobs }: ChatRequest, model: string, body: Fields, writing: ResponsesWriting): Fields {
  const told: readonly unknown[] = Array.isArray(body.include) ? body.include : [];
  const wanted = [
    ...(body.store === false && writing.thinks(model) ? [THOUGHTS] : []),
    ...(logprobs !== undefined ? [LOGPROBS] : []),
  ];
  const include = [...told, ...wanted.filter(word => !told.includes(word))];
  return include.length === 0 ? {} : { include };
}
