import type { EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { Writing } from '../openai-chat/options.ts';
import { jsonOutput } from './json-output.ts';
import { messagesJson } from './messages.ts';
import { factsOf } from './models.ts';
import { ownMembers, UNKNOWN } from './own-members.ts';
import { samplingJson } from './sampling.ts';
import { givenThinking, thinkingJson } from './thinking.ts';
import { toolMembers } from './tools.ts';
import { warnUnsupported } from './unsupported.ts';
import type { RequestJson } from './wire.ts';

/** Members of this dialect's own that a client writes beside OpenAI's. */
const KNOWN = new Set(['citation_options', 'documents', 'priority', 'raw_prompting', 'safety_mode', 'strict_tools']);

/** A neutral request for `/v2/chat` (https://docs.cohere.com/reference/chat). */
export function toProvider(request: ChatRequest, model: string): EncodedRequest {
  const writing = new Writing({});
  const facts = factsOf(model);
  const { strict_tools, ...own } = ownMembers(withoutOriginals(request, writing), KNOWN, '', writing);
  const tools = toolMembers(request, facts, strict_tools, writing);
  const { format, instruction } = jsonOutput(
    request.output,
    tools.tools === undefined && own.documents === undefined,
    writing,
  );
  const body: RequestJson = {
    ...own,
    model,
    messages: messagesJson(request.messages, facts, instruction, writing),
    stream: request.stream,
    ...tools,
    ...format,
    ...thinkingJson(request, facts, writing),
    ...samplingJson(request, writing),
  };
  warnUnsupported(request, writing);
  return { body, warnings: writing.warnings };
}

/** Originals that say more than the neutral form beside them; what they say in full has gone out. */
const originals = new Map([
  ['tool_choice', 'All tools are offered, whatever of them was allowed.'],
  ['response_format', 'Formats are JSON and a schema for it.'],
  ['reasoning', 'Thoughts have a bound alone.'],
]);

const THINKING = new Set(['type', 'budget_tokens', 'token_budget']);

function withoutOriginals(request: ChatRequest, writing: Writing): ChatRequest['extra'] {
  const { 'openai-chat': own = {}, anthropic, ...others } = request.extra ?? {};
  const { thinking: _thinking, ...foreign } = anthropic ?? {};
  for (const name of Object.keys(givenThinking(request))) {
    if (!THINKING.has(name)) writing.warn(`thinking.${name}`, 'dropped', UNKNOWN);
  }
  const rest = Object.entries(own).filter(([name]) => {
    const why = originals.get(name);
    if (why !== undefined) writing.warn(name, 'approximated', why);
    return why === undefined;
  });
  return { ...others, anthropic: foreign, 'openai-chat': Object.fromEntries(rest) };
}
