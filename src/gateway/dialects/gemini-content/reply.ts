import { readContentFailure } from '../../../spec/chat/content-failure.ts';
import { type ContentUsage, readContentUsage } from '../../../spec/chat/content-usage.ts';
import { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import type { BodyScan, Member } from '../../body/scan-body.ts';
import type { ReplyFacts } from '../../ingress/ingress.ts';
import { streamFailure } from '../../upstream/failures.ts';
import { GeneratedText } from '../generated-text.ts';
import { isFields } from '../neutral/members.ts';
import { scanProviderJson } from '../provider-json.ts';
import { CandidateFacts, mayTellFacts } from './candidate-facts.ts';

/**
 * Reads a whole answer without rebuilding it. Throws `upstream_invalid` when it is no complete JSON object or has
 * neither candidates, nor a reason for having none, nor an error.
 */
export function checkContentReply(body: Buffer, redact: (text: string) => string): ReplyFacts {
  const scan = scanProviderJson(body);
  const failure = embeddedFailure(scan, redact);
  if (failure !== null) return { usage: null, flags: '', outputBytes: 0, failure };
  const candidates = candidatesOf(scan);
  if (candidates === null && !isBlocked(scan)) {
    throw new GatewayError('upstream_invalid', { detail: 'an answer without candidates' });
  }
  const facts = new CandidateFacts();
  const bytes = candidates === null ? null : scan.bytes.subarray(candidates.valueStart, candidates.valueEnd);
  if (bytes !== null && mayTellFacts(bytes)) facts.read(bytes);
  return new WholeAnswer(bytes, facts, readContentUsage(usageOf(scan) ?? {}, facts.searches));
}

/** The list of candidates; null where there is none. */
export function candidatesOf(scan: BodyScan): Member | null {
  const member = scan.member('candidates');
  return member !== undefined && scan.type(member) === 'array' ? member : null;
}

/** The prompt was not answered at all. */
export function isBlocked(scan: BodyScan): boolean {
  const member = scan.member('promptFeedback');
  const said = member === undefined ? null : scan.parse(member);
  return isFields(said) && typeof said.blockReason === 'string' && said.blockReason !== '';
}

/** The error in what began as a success; null where there is none. */
export function embeddedFailure(scan: BodyScan, redact: (text: string) => string): GatewayError | null {
  const error = scan.member('error');
  if (error === undefined || scan.type(error) === 'null') return null;
  const said = scan.parse(error);
  return streamFailure(readContentFailure(isFields(said) ? said : { message: said }), redact);
}

/** `usageMetadata`; null where it is not told. */
export function usageOf(scan: BodyScan): Readonly<Record<string, unknown>> | null {
  const member = scan.member('usageMetadata');
  const value = member === undefined ? null : scan.parse(member);
  return isFields(value) ? value : null;
}

/** Its text is measured only where its tokens were not counted. */
class WholeAnswer implements ReplyFacts {
  readonly failure = null;
  readonly usage: Usage | null;
  readonly flags: string;
  readonly #candidates: Buffer | null;
  readonly #facts: CandidateFacts;

  constructor(candidates: Buffer | null, facts: CandidateFacts, { usage, flags }: ContentUsage) {
    this.#candidates = candidates;
    this.#facts = facts;
    this.usage = usage;
    this.flags = flags;
  }

  get outputBytes(): number {
    const candidates = this.#candidates;
    if (candidates === null) return 0;
    const generated = new GeneratedText();
    generated.count(candidates, 0, candidates.length);
    return generated.bytes + this.#facts.callBytes;
  }
}
