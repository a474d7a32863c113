import type { EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest, OutputFormat } from '../../src/spec/chat/chat-request.ts';
import { type Fields, Writing } from '../openai-chat/options.ts';
import { messagesJson } from './messages.ts';
import { optionNames, optionsJson } from './model-options.ts';
import { ownMembers, UNKNOWN } from './own-members.ts';
import { thinkOf } from './thinking.ts';
import { toolsJson } from './tools.ts';
import { warnUnsupported } from './unsupported.ts';
import type { RequestJson } from './wire.ts';

/** Members of this dialect's own that a client writes beside OpenAI's. */
export const nativeMembers = Object.freeze(['format', 'keep_alive', 'options', 'shift', 'think', 'truncate'] as const);
const KNOWN = new Set<string>([...nativeMembers, ...optionNames]);

/** A neutral request for `/api/chat` (https://docs.ollama.com/api/chat). */
export function toProvider(request: ChatRequest, model: string): EncodedRequest {
  const writing = new Writing({});
  const own = ownMembers(withoutOriginals(request, writing), KNOWN, '', writing);
  const { keep_alive, truncate, shift } = own;
  const { logprobs } = request;
  const body: RequestJson = {
    model,
    messages: messagesJson(request.messages, writing),
    stream: request.stream,
    ...toolsJson(request, writing),
    ...formatJson(request.output, own, writing),
    ...thinkJson(request, own, model, writing),
    ...optionsJson(request, own, writing),
    ...(keep_alive !== undefined && { keep_alive }),
    ...(truncate !== undefined && { truncate }),
    ...(shift !== undefined && { shift }),
    ...(logprobs !== undefined && { logprobs: true }),
    ...(logprobs?.top !== undefined && { top_logprobs: logprobs.top }),
  };
  warnUnsupported(request, writing);
  return { body, warnings: writing.warnings };
}

/** Originals that say more than the neutral form beside them; what they say in full has gone out. */
const originals = new Map([
  ['tool_choice', 'All tools are offered, whatever of them was allowed.'],
  ['response_format', 'Formats are JSON and a schema for it.'],
  ['reasoning', 'Thoughts have a level alone.'],
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

function formatJson(output: OutputFormat | undefined, { format }: Fields, writing: Writing): { format?: unknown } {
  if (format !== undefined) {
    if (output !== undefined) writing.warn('response_format', 'dropped', '"format" is given.');
    return { format };
  }
  if (output === undefined || output.type === 'text') return {};
  return { format: output.type === 'json' ? 'json' : described(output) };
}

/** The format has no place for a description of its own; the schema has. */
function described({ schema, description }: Extract<OutputFormat, { type: 'json-schema' }>): Fields {
  return description === undefined || schema.description !== undefined ? schema : { ...schema, description };
}

function thinkJson({ reasoning }: ChatRequest, own: Fields, model: string, writing: Writing): { think?: unknown } {
  if (own.think !== undefined) {
    if (reasoning?.effort !== undefined) writing.warn('reasoning_effort', 'dropped', '"think" is given.');
    return { think: own.think };
  }
  const think = reasoning === undefined ? undefined : thinkOf(reasoning, model, writing);
  if (think !== false && reasoning?.include === false) {
    writing.warn('reasoning.exclude', 'dropped', 'The thoughts of a model that thinks are in its answer.');
  }
  return think === undefined ? {} : { think };
}
