import { GatewayError } from '../../../spec/gateway-error.ts';
import { codecOf } from '../../../spec/provider.ts';
import type { RoutingPolicy, Target } from '../../../spec/snapshot.ts';
import { noUsage } from '../../../spec/usage.ts';
import type { AnswerHere, ReplyFacts } from '../../ingress/ingress.ts';
import { estimateInputTokens } from '../estimate.ts';
import { scanProviderJson } from '../provider-json.ts';
import { embeddedFailure } from './reply.ts';

function counts({ provider, model }: Target): boolean {
  const codec = provider.adapter?.operations.count_tokens;
  return codec !== undefined && codecOf(codec, model, 'anthropic-messages').native === 'anthropic-messages';
}

/** A target of this call can count. */
export const countable = ({ targets, fallbacks }: RoutingPolicy): boolean =>
  targets.some(counts) || fallbacks.some(counts);

/** Roughly, where no target of the call counts tokens in this dialect. */
export const estimatedCount = (body: Buffer): AnswerHere => ({
  body: Buffer.from(JSON.stringify({ input_tokens: estimateInputTokens(body) })),
  warnings: [
    {
      field: 'input_tokens',
      action: 'approximated',
      why: 'The provider of this model does not count tokens ahead; this is an estimate from the length of the request.',
    },
  ],
});

/** Counting is no use of a model. Throws `upstream_invalid` for an answer without a count. */
export function readCount(body: Buffer, redact: (text: string) => string): ReplyFacts {
  const scan = scanProviderJson(body);
  const member = scan.member('input_tokens');
  const counted = member !== undefined && scan.type(member) === 'number';
  const failure = counted ? null : embeddedFailure(scan, redact);
  if (!counted && failure === null) throw new GatewayError('upstream_invalid', { detail: 'an answer without a count' });
  return { usage: noUsage, flags: '', outputBytes: 0, failure };
}
