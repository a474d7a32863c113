import type { StreamError } from '../../src/spec/chat/chat-stream.ts';
import type { Fields } from '../openai-chat/options.ts';
import { openaiFailure } from '../openai-failure.ts';

/** `{error: "text"}` in place of an answer, or in its midst: https://docs.ollama.com/api/errors. */
export function streamError(body: Fields): StreamError {
  const { cause, message, type, code } = openaiFailure({
    status: 200,
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  });
  return { cause, message, type, code };
}
