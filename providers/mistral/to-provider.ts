import type { EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest, OutputFormat } from '../../src/spec/chat/chat-request.ts';
import { type Fields, isFields, Writing } from '../openai-chat/options.ts';
import { messagesJson } from './messages.ts';
import { thinkingOf } from './models.ts';
import { ownMembers, UNKNOWN } from './own-members.ts';
import { reasoningJson } from './reasoning.ts';
import { toolMembers } from './tools.ts';
import { warnUnsupported } from './unsupported.ts';
import type { RequestJson } from './wire.ts';

const MOST_TEMPERATURE = 1.5;

/** Members of this dialect's own that a client writes beside OpenAI's. */
const KNOWN = new Set([
  'document_image_limit',
  'document_page_limit',
  'guardrails',
  'prediction',
  'prompt_mode',
  'random_seed',
  'safe_prompt',
]);

/** Members that mean the same in both forms. */
const same = {
  maxTokens: 'max_tokens',
  topP: 'top_p',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  choices: 'n',
  metadata: 'metadata',
  cacheKey: 'prompt_cache_key',
} as const satisfies Partial<Record<keyof ChatRequest, keyof RequestJson>>;

/** A neutral request in Mistral's chat dialect (https://docs.mistral.ai/api/#tag/chat). */
export function toProvider(request: ChatRequest, model: string): EncodedRequest {
  const writing = new Writing({});
  const thinking = thinkingOf(model);
  const { output, reasoning, stop = [] } = request;
  const { prediction, ...own } = ownMembers(withoutOriginals(request, writing), KNOWN, '', writing);
  const body: RequestJson = {
    model,
    messages: messagesJson(request.messages, thinking, writing),
    stream: request.stream,
    ...toolMembers(request, writing),
    ...(output !== undefined && formatJson(output)),
    ...(reasoning !== undefined && reasoningJson(reasoning, thinking, writing)),
    ...(stop.length > 0 && { stop: [...stop] }),
    ...sameMembers(request),
    ...temperatureJson(request, writing),
    ...own,
    ...seedJson(request, writing),
    ...(prediction !== undefined && predictionJson(prediction, writing)),
  };
  warnUnsupported(request, writing);
  return { body, warnings: writing.warnings };
}

const sameMembers = (request: ChatRequest): Fields =>
  Object.fromEntries(
    Object.entries(same).flatMap(([neutral, name]) => {
      const value = request[neutral as keyof typeof same];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Originals that say more than the neutral form beside them; what they say in full has gone out. */
const originals = new Map([
  ['tool_choice', 'All tools are offered, whatever of them was allowed.'],
  ['response_format', 'Formats are text, json_object and json_schema.'],
  ['reasoning', 'Thoughts have an effort alone.'],
]);

function withoutOriginals({ extra, reasoning }: ChatRequest, writing: Writing): ChatRequest['extra'] {
  const { 'openai-chat': own = {}, anthropic, ...others } = extra ?? {};
  // Where it was understood, it says again what `reasoning` holds.
  const { thinking, ...foreign } = anthropic ?? {};
  if (thinking !== undefined && reasoning === undefined) writing.warn('thinking', 'dropped', UNKNOWN);
  const rest = Object.entries(own).filter(([name]) => {
    const why = originals.get(name);
    if (why !== undefined) writing.warn(name, 'approximated', why);
    return why === undefined;
  });
  return { ...others, anthropic: foreign, 'openai-chat': Object.fromEntries(rest) };
}

/** A text is what comes without being asked for. */
function formatJson(output: OutputFormat): Pick<RequestJson, 'response_format'> {
  switch (output.type) {
    case 'text':
      return {};
    case 'json':
      return { response_format: { type: 'json_object' } };
    case 'json-schema': {
      const { type: _type, schema, ...rest } = output;
      return { response_format: { type: 'json_schema', json_schema: { ...rest, schema: { ...schema } } } };
    }
  }
}

function temperatureJson({ temperature }: ChatRequest, writing: Writing): Pick<RequestJson, 'temperature'> {
  if (temperature === undefined) return {};
  if (temperature <= MOST_TEMPERATURE) return { temperature };
  writing.warn('temperature', 'clamped', `The highest temperature is ${MOST_TEMPERATURE}.`);
  return { temperature: MOST_TEMPERATURE };
}

function seedJson({ seed }: ChatRequest, writing: Writing): Pick<RequestJson, 'random_seed'> {
  if (seed === undefined) return {};
  if (seed < 0) writing.warn('seed', 'approximated', 'A seed is not negative.');
  return { random_seed: Math.abs(seed) };
}

/** The expected text; OpenAI takes it in parts as well. */
function predictionJson(prediction: unknown, writing: Writing): Pick<RequestJson, 'prediction'> {
  const content = isFields(prediction) ? prediction.content : undefined;
  const parts = Array.isArray(content) ? content : [{ text: content }];
  const texts = parts.map((part: unknown) => (isFields(part) ? part.text : undefined));
  if (texts.every(text => typeof text === 'string')) {
    return { prediction: { type: 'content', content: texts.join('') } };
  }
  writing.warn('prediction', 'dropped', 'It is no text.');
  return {};
}
