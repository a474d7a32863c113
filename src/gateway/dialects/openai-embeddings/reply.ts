import { readUsage } from '../../../spec/chat/openai-usage.ts';
import { type ReplyFacts, readEmbeddedFailure } from '../openai-chat/reply.ts';
import { scanProviderJson } from '../provider-json.ts';

/**
 * Reads an embeddings answer without rebuilding it. Throws `upstream_invalid` when it is no complete JSON object or has
 * neither data nor an error. There is no output to estimate: `outputBytes` is 0.
 */
export function checkEmbeddingsReply(body: Buffer, redact: (text: string) => string): ReplyFacts {
  const scan = scanProviderJson(body);
  const failure = readEmbeddedFailure(scan, 'data', redact);
  if (failure !== null) return { usage: null, flags: '', outputBytes: 0, failure };
  const member = scan.member('usage');
  const { usage, flags } = readUsage(member === undefined ? null : scan.parse(member));
  return { usage, flags, outputBytes: 0, failure: null };
}
