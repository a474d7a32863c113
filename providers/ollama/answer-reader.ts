import { createHash } from 'node:crypto';
import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { readUsage } from '../../src/spec/chat/openai-usage.ts';
import { readFinish } from '../../src/spec/chat/wire-finish.ts';
import { fieldsOf, listOf, textOf } from '../openai-chat/answer-fields.ts';
import type { Fields } from '../openai-chat/options.ts';
import { streamError } from './errors.ts';

const choice = 0;

/** Reads an answer line by line; a whole answer is one line. */
export class AnswerReader {
  #started = false;
  #calls = 0;
  /** It has said its last word, and how it ended. */
  done = false;

  read(line: Fields): readonly ChatPart[] {
    if (line.error != null) return [{ type: 'error', error: streamError(line) }];
    const { content, thinking, tool_calls } = fieldsOf(line.message);
    const parts: ChatPart[] = this.#started ? [] : [startOf(line)];
    this.#started = true;
    if (textOf(thinking) !== '') parts.push({ type: 'reasoning-delta', choice, text: textOf(thinking) });
    if (textOf(content) !== '') parts.push({ type: 'text-delta', choice, text: textOf(content) });
    for (const call of listOf(tool_calls)) parts.push(...this.#call(fieldsOf(call), textOf(line.created_at)));
    const tokens = listOf(line.logprobs);
    if (tokens.length > 0)
      parts.push({ type: 'logprobs', choice, value: { content: tokens.map(token), refusal: null } });
    if (line.done === true) parts.push(...this.#end(line));
    return parts;
  }

  /** Calls come whole. Servers before 0.12 give them no id; what they say, and when, makes one. */
  #call(call: Fields, createdAt: string): readonly ChatPart[] {
    const index = this.#calls++;
    const { name, arguments: input = {} } = fieldsOf(call.function);
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const id = textOf(call.id) || madeId(`${createdAt} ${index} ${textOf(name)} ${text}`);
    return [
      { type: 'tool-input-start', choice, index, id, name: textOf(name) },
      { type: 'tool-input-delta', choice, index, text },
    ];
  }

  #end({ done_reason, prompt_eval_count, eval_count }: Fields): readonly ChatPart[] {
    this.done = true;
    // A prompt is never empty, so without its count nothing was counted.
    const counts =
      prompt_eval_count == null ? null : { prompt_tokens: prompt_eval_count, completion_tokens: eval_count };
    const { usage, flags } = readUsage(counts);
    return [
      { type: 'finish', choice, ...readFinish(textOf(done_reason) || 'stop', this.#calls > 0) },
      { type: 'usage', usage, ...(flags !== '' && { flags }) },
    ];
  }
}

function startOf({ model, created_at }: Fields): ChatPart {
  const millis = Date.parse(textOf(created_at));
  return {
    type: 'start',
    ...(textOf(model) !== '' && { model: textOf(model) }),
    ...(millis > 0 && { createdSeconds: Math.floor(millis / 1000) }),
  };
}

const madeId = (text: string): string => `call_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;

/** Like OpenAI's, but that nothing need be said of other tokens. */
function token(wire: unknown): Fields {
  const { token: text, logprob, bytes, top_logprobs } = fieldsOf(wire);
  return {
    ...one({ token: text, logprob, bytes }),
    top_logprobs: listOf(top_logprobs).map(other => one(fieldsOf(other))),
  };
}

const one = ({ token: text, logprob, bytes }: Fields): Fields => ({
  token: textOf(text),
  logprob,
  bytes: Array.isArray(bytes) ? bytes : [...Buffer.from(textOf(text))],
});
