import { findUsage, isVendorMember, readUsage } from '../../../spec/chat/openai-usage.ts';
import { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import type { BodyScan } from '../../body/scan-body.ts';
import { GeneratedText } from '../generated-text.ts';
import { scanProviderJson } from '../provider-json.ts';
import { embeddedFailure } from './provider-failure.ts';

/** What a whole answer says. `failure` is set where a provider answered 200 with an error inside. */
export interface ReplyFacts {
  readonly usage: Usage | null;
  readonly flags: string;
  /** Bytes of generated text, for an estimate where usage is missing. */
  readonly outputBytes: number;
  readonly failure: GatewayError | null;
}

/**
 * Reads a whole chat answer without rebuilding it. Throws `upstream_invalid` when it is no complete JSON object or has
 * neither choices nor an error.
 */
export function checkChatReply(body: Buffer, redact: (text: string) => string): ReplyFacts {
  const scan = scanProviderJson(body);
  const failure = readEmbeddedFailure(scan, 'choices', redact);
  if (failure !== null) return { usage: null, flags: '', outputBytes: 0, failure };
  const { usage, flags } = usageOf(scan);
  return new Answer(scan, usage, flags);
}

/** Its text is measured only where its tokens were not counted. */
class Answer implements ReplyFacts {
  readonly failure = null;
  readonly usage: Usage | null;
  readonly flags: string;
  readonly #scan: BodyScan;

  constructor(scan: BodyScan, usage: Usage | null, flags: string) {
    this.#scan = scan;
    this.usage = usage;
    this.flags = flags;
  }

  get outputBytes(): number {
    const choices = this.#scan.member('choices')!;
    const generated = new GeneratedText();
    generated.count(this.#scan.bytes, choices.valueStart, choices.valueEnd);
    return generated.bytes;
  }
}

/** The error of an answer that has no result; null when it has one. Throws `upstream_invalid` when it has neither. */
export function readEmbeddedFailure(
  scan: BodyScan,
  result: string,
  redact: (text: string) => string,
): GatewayError | null {
  const found = scan.member(result);
  if (found !== undefined && scan.type(found) === 'array') return null;
  const error = scan.member('error');
  if (error !== undefined && scan.type(error) !== 'null') return embeddedFailure(scan.parse(error), redact);
  throw new GatewayError('upstream_invalid', { detail: `an answer without ${result}` });
}

function usageOf(scan: BodyScan) {
  const own = scan.member('usage');
  if (own !== undefined && scan.type(own) === 'object') return readUsage(scan.parse(own));
  const vendors = scan.members.filter(member => isVendorMember(member.name));
  return readUsage(findUsage(Object.fromEntries(vendors.map(member => [member.name, scan.parse(member)]))));
}
