import { randomBytes } from 'node:crypto';
import { ChatBody, textOf } from './chat-request.ts';
import { complete } from './complete.ts';
import { completionEvents, completionJson } from './completion.ts';
import { parseModel } from './model-name.ts';
import { errorReply, parseBody, Refusal, simulatedFailure } from './refusal.ts';
import { jsonReply, type Reply } from './reply.ts';
import { countTokens } from './tokens.ts';

/** Tokens over all choices of one answer; more would be memory rather than a simulation. */
const MOST_TOKENS = 4_000_000;
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export async function chatReply(given: unknown): Promise<Reply> {
  const body = parseBody(ChatBody, given);
  const model = parseModel(body.model);
  if (model.kind === 'fail') return errorReply(simulatedFailure(model.number), model.ttftMillis);

  const completion = await complete(model, body);
  const choices = body.n ?? 1;
  if (choices * completion.tokens > MOST_TOKENS) {
    throw new Refusal(400, 'invalid_value', `The simulator answers with at most ${MOST_TOKENS} tokens.`, 'n');
  }
  const frame = {
    id: `chatcmpl-sim-${randomBytes(12).toString('hex')}`,
    created: Math.floor(Date.now() / 1000),
    model: model.name,
    choices,
    usage: usageOf(await promptTokens(body), choices * completion.tokens),
  };
  if (!body.stream) {
    const delay = model.ttftMillis + model.gapMillis * Math.max(0, completion.chunks - 1);
    return jsonReply(completionJson(frame, completion), { delayMillis: Math.min(delay, LONGEST_TIMEOUT) });
  }
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    delayMillis: model.ttftMillis,
    gapMillis: model.gapMillis,
    chunks: completionEvents(frame, completion, body.stream_options?.include_usage === true),
    streamed: true,
  };
}

/** Texts of all messages and the calls in them, each counted alone; no overhead of a chat format, nothing for images. */
function promptTokens(body: ChatBody): Promise<number> {
  const calls = body.messages.flatMap(message => message.tool_calls ?? []);
  return countTokens([
    ...body.messages.map(textOf),
    ...calls.flatMap(call => (call.function ? [call.function.name, call.function.arguments] : [])),
  ]);
}

function usageOf(prompt: number, completion: number) {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
