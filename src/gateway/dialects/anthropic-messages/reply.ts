import { readMessagesFailure } from '../../../spec/chat/messages-failure.ts';
import { type MessagesUsage, readMessagesUsage } from '../../../spec/chat/messages-usage.ts';
import { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import type { BodyScan, Member } from '../../body/scan-body.ts';
import type { ReplyFacts } from '../../ingress/ingress.ts';
import { streamFailure } from '../../upstream/failures.ts';
import { GeneratedText } from '../generated-text.ts';
import { isFields } from '../neutral/members.ts';
import { scanProviderJson } from '../provider-json.ts';

/**
 * Reads a whole message without rebuilding it. Throws `upstream_invalid` when it is no complete JSON object or has
 * neither content nor an error.
 */
export function checkMessagesReply(body: Buffer, redact: (text: string) => string): ReplyFacts {
  const scan = scanProviderJson(body);
  const content = scan.member('content');
  if (content !== undefined && scan.type(content) === 'array') {
    return new WholeMessage(scan, content, readMessagesUsage(usageOf(scan)));
  }
  const failure = embeddedFailure(scan, redact);
  if (failure !== null) return { usage: null, flags: '', outputBytes: 0, failure };
  throw new GatewayError('upstream_invalid', { detail: 'an answer without content' });
}

/** The error in what began as a success: an answer or event of type `error`; null where there is none. */
export function embeddedFailure(scan: BodyScan, redact: (text: string) => string): GatewayError | null {
  const error = scan.member('error');
  if (error === undefined || scan.type(error) === 'null') return null;
  const said = scan.parse(error);
  return streamFailure(readMessagesFailure({ error: isFields(said) ? said : { message: said } }), redact);
}

function usageOf(scan: BodyScan) {
  const member = scan.member('usage');
  const value = member === undefined ? undefined : scan.parse(member);
  return isFields(value) ? value : {};
}

/** Its text is measured only where its tokens were not counted. */
class WholeMessage implements ReplyFacts {
  readonly failure = null;
  readonly usage: Usage | null;
  readonly flags: string;
  readonly #scan: BodyScan;
  readonly #content: Member;

  constructor(scan: BodyScan, content: Member, { usage, flags }: MessagesUsage) {
    this.#scan = scan;
    this.#content = content;
    this.usage = usage;
    this.flags = flags;
  }

  get outputBytes(): number {
    const generated = new GeneratedText();
    generated.count(this.#scan.bytes, this.#content.valueStart, this.#content.valueEnd);
    return generated.bytes;
  }
}
