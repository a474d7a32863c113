/**
 * OpenAI's chat completions as they are on the wire, for one scripted conversation with a model that shows no thoughts.
 * Source: https://platform.openai.com/docs/api-reference/chat.
 */
import type OpenAI from 'openai';
import { type Asked, type Call, demand, nextTurn, pieces, type Turn, USAGE } from './scenario.ts';
import type { Dialect, Reply } from './server.ts';

type Body = OpenAI.ChatCompletionCreateParams;
type Message = OpenAI.ChatCompletionMessageParam;

/** Any other member of a request is refused. */
const MEMBERS = new Set(
  'model messages audio frequency_penalty logit_bias logprobs max_completion_tokens max_tokens metadata modalities n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options'.split(
    ' ',
  ),
);

export const openai: Dialect = {
  path: /^\/openai\/v1\/chat\/completions$/,
  answer: ({ body, headers }) => {
    demand(headers.authorization?.startsWith('Bearer sk-'), 'You didn’t provide an API key.');
    const request = body as unknown as Body;
    const turn = nextTurn(read(request));
    return request.stream === true ? streamed(request, turn) : whole(request, turn);
  },
  refusal: message => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
};

function read(request: Body): Asked {
  for (const name of Object.keys(request)) demand(MEMBERS.has(name), `Unrecognized request argument supplied: ${name}`);
  demand(typeof request.model === 'string', 'you must provide a model parameter');
  demand(request.stream || !('stream_options' in request), 'stream_options is only allowed when stream is enabled');
  const { messages } = request;
  demand(Array.isArray(messages) && messages.length > 0, "Missing required parameter: 'messages'.");
  checkCalls(messages);
  const asking = messages.findLastIndex(({ role }) => role === 'user');
  const since = messages.slice(asking + 1);
  return {
    userText: textOf(messages[asking]?.content),
    tools: new Set((request.tools ?? []).map(toolName)),
    steps: since.filter(({ role }) => role === 'assistant').length,
    results: since.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content)),
    thinks: false,
  };
}

function toolName(tool: OpenAI.ChatCompletionTool, index: number): string {
  demand(tool.type === 'function', `Invalid value: 'tools[${index}].type'`);
  const { name, parameters } = tool.function;
  demand(/^[a-zA-Z0-9_-]{1,64}$/.test(name), `Invalid 'tools[${index}].function.name'`);
  demand(
    parameters === undefined || parameters.type === 'object',
    `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"'`,
  );
  return name;
}

function textOf(content: Message['content']): string {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return content;
  return content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
}

const ROLES = new Set(['developer', 'system', 'user', 'assistant', 'tool', 'function']);

/** Every call is answered at once, and by nothing else. */
function checkCalls(messages: readonly Message[]): void {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    demand(ROLES.has(message.role), `Invalid value: '${message.role}' at 'messages[${index}].role'`);
    if (message.role === 'tool') {
      demand(open.delete(message.tool_call_id), `messages[${index}]: 'tool' must follow a message with 'tool_calls'`);
      continue;
    }
    demand(open.size === 0, `messages[${index}]: these tool_call_ids had no response: ${[...open].join(', ')}`);
    if (message.role !== 'assistant') {
      demand(message.content !== null && message.content !== undefined, `messages[${index}].content: got null`);
      continue;
    }
    const calls = message.tool_calls ?? [];
    for (const call of calls) {
      demand(call.type === 'function' && typeof call.function.arguments === 'string', `messages[${index}].tool_calls`);
      demand(call.id.length > 0 && call.id.length <= 64, `Invalid 'messages[${index}].tool_calls[0].id': too long`);
    }
    demand(calls.length > 0 || message.content, `messages[${index}].content: expected a string, got null`);
    open = new Set(calls.map(({ id }) => id));
  }
  demand(open.size === 0, 'An assistant message with tool_calls must be followed by tool messages');
}

const usage: OpenAI.CompletionUsage = {
  prompt_tokens: USAGE.prompt,
  completion_tokens: USAGE.completion,
  total_tokens: USAGE.prompt + USAGE.completion,
  prompt_tokens_details: { cached_tokens: USAGE.cached, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: USAGE.reasoning,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

const callId = () => `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;

const head = (model: string, object: string) => ({
  id: `chatcmpl-${crypto.randomUUID().replaceAll('-', '').slice(0, 29)}`,
  object,
  created: 1_780_000_000,
  model,
  service_tier: 'default',
  system_fingerprint: null,
});

const finishOf = ({ calls }: Turn) => (calls.length > 0 ? 'tool_calls' : 'stop');

function whole({ model }: Body, turn: Turn): Reply {
  const called = turn.calls.map(({ name, input }) => ({
    id: callId(),
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  const message = {
    role: 'assistant',
    content: turn.text === '' ? null : turn.text,
    ...(called.length > 0 && { tool_calls: called }),
    refusal: null,
    annotations: [],
  };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: finishOf(turn) }];
  return { turn, json: { ...head(model, 'chat.completion'), choices, usage } };
}

function streamed({ model, stream_options: options }: Body, turn: Turn): Reply {
  const same = head(model, 'chat.completion.chunk');
  const asked = options?.include_usage === true;
  const chunk = (delta: object, finish: string | null = null) => ({
    ...same,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(asked && { usage: null }),
  });
  const chunks = [
    chunk({ role: 'assistant', content: turn.calls.length > 0 && turn.text === '' ? null : '', refusal: null }),
    ...pieces(turn.text).map(content => chunk({ content })),
    ...turn.calls.flatMap((call, index) => deltasOf(call, index).map(delta => chunk({ tool_calls: [delta] }))),
    chunk({}, finishOf(turn)),
    ...(asked ? [{ ...same, choices: [], usage }] : []),
  ];
  return { turn, events: [...chunks.map(one => `data: ${JSON.stringify(one)}\n\n`), 'data: [DONE]\n\n'] };
}

const deltasOf = ({ name, input }: Call, index: number): readonly object[] => [
  { index, id: callId(), type: 'function', function: { name, arguments: '' } },
  ...pieces(JSON.stringify(input)).map(piece => ({ index, function: { arguments: piece } })),
];
