import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { scanReply } from '../body/scan-body.ts';
import type { ParsedRequest } from '../ingress/ingress.ts';
import { EventCursor } from '../sse/event-cursor.ts';

const OPEN = Buffer.from('{"input":');
const BETWEEN = Buffer.from(',"response":');
const CLOSE = Buffer.from('}');
const NO_ITEMS = Buffer.from('[]');

/** A kept response with the items that it answers, from the first of the conversation on. */
export interface StoredContent {
  readonly input: readonly Readonly<Record<string, unknown>>[];
  readonly response: Readonly<Record<string, unknown>> & { readonly output: readonly Record<string, unknown>[] };
}

/**
 * What is kept, as JSON: the input of the call, which has the whole conversation, and its answer, without either being
 * rebuilt. Throws `response_too_large`.
 *
 * @param last the whole answer, or the end mark of its stream
 */
export function storedContent({ body, scan }: Pick<ParsedRequest, 'body' | 'scan'>, last: Buffer): Buffer {
  const member = scan.member('input');
  const given = member === undefined ? NO_ITEMS : body.subarray(member.valueStart, member.valueEnd);
  const input = member !== undefined && scan.type(member) === 'string' ? asItems(given) : given;
  const response = responseIn(last);
  const length = OPEN.length + input.length + BETWEEN.length + response.length + CLOSE.length;
  if (length > limits.storedResponseBytes) throw new GatewayError('response_too_large', { param: 'store' });
  return Buffer.concat([OPEN, input, BETWEEN, response, CLOSE], length);
}

/** Written by the gateway itself and bound to its id by a seal, so it is what `storedContent` made. */
export const readStored = (content: Buffer): StoredContent => JSON.parse(content.toString('utf8')) as StoredContent;

const asItems = (text: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('[{"type":"message","role":"user","content":[{"type":"input_text","text":'),
    text,
    Buffer.from('}]}]'),
  ]);

const OPEN_OBJECT = 0x7b;

/** The response that an answer is, or that the last event of its stream holds. */
function responseIn(last: Buffer): Buffer {
  if (last[0] === OPEN_OBJECT) return last;
  const cursor = new EventCursor();
  cursor.enter(last);
  let found: Buffer | null = null;
  while (cursor.next()) {
    if (!cursor.hasData) continue;
    const data = cursor.bytes.subarray(cursor.dataStart, cursor.dataEnd);
    const member = scanReply(data).member('response');
    if (member !== undefined) found = data.subarray(member.valueStart, member.valueEnd);
  }
  if (found !== null) return found;
  throw new GatewayError('internal_error', { detail: 'the end of a stream holds no response' });
}
