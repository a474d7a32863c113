import type { StreamError } from '../../src/spec/chat/chat-stream.ts';
import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import type { Fields } from '../openai-chat/options.ts';
import { openaiFailure } from '../openai-failure.ts';

type Cause = ProviderFailure['cause'];

/** Statuses of this API alone (https://docs.cohere.com/reference/errors). */
const statuses: Readonly<Record<number, Cause>> = {
  // A word of the request or of the answer is on a deny list.
  498: 'content',
  // Cancelled, though not by us.
  499: 'server',
};

/** What the message says more closely than the status; the first rule that fits. */
const messages: readonly { readonly says: RegExp; readonly cause: Cause }[] = [
  { says: /invalid api (token|key)|no api key supplied|api key has expired/i, cause: 'auth' },
  { says: /API calls \/ month|billing reached|payment method/i, cause: 'quota' },
  { says: /max tokens must be/i, cause: 'invalid' },
];

/** `{id, message}`, or whatever a proxy in between answers. */
export function toError(reply: ProviderReply): ProviderFailure {
  const failure = openaiFailure(reply);
  return { ...failure, cause: causeOf(reply.status, failure.message) ?? failure.cause };
}

function causeOf(status: number, message: string | null): Cause | null {
  if (Object.hasOwn(statuses, status)) return statuses[status]!;
  if (status >= 500) return null;
  return messages.find(({ says }) => says.test(message ?? ''))?.cause ?? null;
}

/** An error in place of an answer, or in its midst. */
export function streamError(body: Fields): StreamError {
  const { cause, message, type, code } = toError({
    status: 200,
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  });
  return { cause, message, type, code };
}
