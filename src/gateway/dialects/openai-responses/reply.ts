import type { ReadUsage } from '../../../spec/chat/openai-usage.ts';
import { readResponsesFailure } from '../../../spec/chat/responses-failure.ts';
import { readResponsesUsage } from '../../../spec/chat/responses-usage.ts';
import { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import { type BodyScan, type Member, scanReply } from '../../body/scan-body.ts';
import type { ReplyFacts } from '../../ingress/ingress.ts';
import { streamFailure } from '../../upstream/failures.ts';
import { GeneratedText } from '../generated-text.ts';
import { type Fields, isFields } from '../neutral/members.ts';
import { scanProviderJson } from '../provider-json.ts';

type Redact = (text: string) => string;

/**
 * Reads a whole response without rebuilding it. Throws `upstream_invalid` when it is no complete JSON object or has
 * neither output nor an error.
 */
export function checkResponsesReply(body: Buffer, redact: Redact): ReplyFacts {
  const scan = scanProviderJson(body);
  const failure = failureOf(scan, redact);
  if (failure !== null) return { usage: usageOf(scan).usage, flags: '', outputBytes: 0, failure };
  const output = scan.member('output');
  if (output !== undefined && scan.type(output) === 'array') return new WholeResponse(scan, output, usageOf(scan));
  throw new GatewayError('upstream_invalid', { detail: 'an answer without output' });
}

/** The error of a response; null where there is none. */
export function failureOf(scan: BodyScan, redact: Redact): GatewayError | null {
  const [error, status] = [scan.member('error'), scan.member('status')];
  const said: unknown = error === undefined ? null : scan.parse(error);
  if (said === null && (status === undefined || scan.parse(status) !== 'failed')) return null;
  return failed({ error: isFields(said) ? said : { message: said } }, redact);
}

/** What an event or a response says of its failure. */
export const failed = (value: Fields, redact: Redact): GatewayError =>
  streamFailure(readResponsesFailure(value), redact);

/** What a response says of its tokens. */
export function usageOf(scan: BodyScan): ReadUsage {
  const member = scan.member('usage');
  return readResponsesUsage(member === undefined ? undefined : scan.parse(member));
}

/** The members of an object inside what was scanned; null where it is none. */
export function objectIn(scan: BodyScan, name: string): BodyScan | null {
  const member = scan.member(name);
  if (member === undefined || scan.type(member) !== 'object') return null;
  return scanReply(scan.bytes.subarray(member.valueStart, member.valueEnd));
}

/** Its text is measured only where its tokens were not counted. */
class WholeResponse implements ReplyFacts {
  readonly failure = null;
  readonly usage: Usage | null;
  readonly flags: string;
  readonly #scan: BodyScan;
  readonly #output: Member;

  constructor(scan: BodyScan, output: Member, { usage, flags }: ReadUsage) {
    this.#scan = scan;
    this.#output = output;
    this.usage = usage;
    this.flags = flags;
  }

  get outputBytes(): number {
    const generated = new GeneratedText();
    generated.count(this.#scan.bytes, this.#output.valueStart, this.#output.valueEnd);
    return generated.bytes;
  }
}
