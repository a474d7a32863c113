import { GatewayError } from '../../../spec/gateway-error.ts';
import { codecOf } from '../../../spec/provider.ts';
import type { RoutingPolicy, Target } from '../../../spec/snapshot.ts';
import { noUsage } from '../../../spec/usage.ts';
import type { AnswerHere, Cleaned, ParsedRequest, ReplyFacts } from '../../ingress/ingress.ts';
import { estimateInputTokens } from '../estimate.ts';
import { isFields } from '../neutral/members.ts';
import { scanProviderJson } from '../provider-json.ts';
import { missing } from '../request-members.ts';
import { embeddedFailure } from './reply.ts';
import { checkModel } from './request.ts';

/** A whole request for content, whose tokens are asked for instead of those of `contents`. */
const REQUESTS = ['generateContentRequest', 'generate_content_request'];

function counts({ provider, model }: Target): boolean {
  const codec = provider.adapter?.operations.count_tokens;
  return codec !== undefined && codecOf(codec, model, 'gemini-content').native === 'gemini-content';
}

/** A target of this call can count. */
export const countable = ({ targets, fallbacks }: RoutingPolicy): boolean =>
  targets.some(counts) || fallbacks.some(counts);

/** Throws GatewayError that names what is missing. */
export function checkCountRequest({ scan, model }: Pick<ParsedRequest, 'scan' | 'model'>): void {
  checkModel(model);
  if (scan.member('contents') === undefined && !REQUESTS.some(name => scan.member(name) !== undefined)) {
    throw missing('contents');
  }
}

/** A request inside names the model again, which is to be the target's; null where there is none. */
export function withTargetModel({ scan }: Pick<ParsedRequest, 'scan'>, targetModel: string): Cleaned | null {
  const member = REQUESTS.map(name => scan.member(name)).find(each => each !== undefined);
  const request = member === undefined ? null : scan.parse(member);
  if (member === undefined || !isFields(request)) return null;
  const own = { ...request, model: `models/${targetModel}` };
  return { member: member.name, messages: JSON.stringify(own), warnings: [] };
}

/** Roughly, where no target of the call counts tokens in this dialect. */
export const estimatedCount = (body: Buffer): AnswerHere => ({
  body: Buffer.from(JSON.stringify({ totalTokens: estimateInputTokens(body) })),
  warnings: [
    {
      field: 'totalTokens',
      action: 'approximated',
      why: 'The provider of this model does not count tokens ahead; this is an estimate from the length of the request.',
    },
  ],
});

/** Counting is no use of a model. Throws `upstream_invalid` for an answer without a count. */
export function readCount(body: Buffer, redact: (text: string) => string): ReplyFacts {
  const scan = scanProviderJson(body);
  const member = scan.member('totalTokens');
  const counted = member !== undefined && scan.type(member) === 'number';
  const failure = counted ? null : embeddedFailure(scan, redact);
  if (!counted && failure === null) throw new GatewayError('upstream_invalid', { detail: 'an answer without a count' });
  return { usage: noUsage, flags: '', outputBytes: 0, failure };
}
