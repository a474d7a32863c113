import { GatewayError } from '../../spec/gateway-error.ts';
import type { ProviderObject } from '../../spec/id-sealer.ts';
import type { RoutingPolicy } from '../../spec/snapshot.ts';

/**
 * The policy with the one target that can go on: that of the response, else one of the same provider, whose account
 * keeps it. Throws `model_not_found` where the model that was asked for does not lead there.
 */
export function pinPolicy(policy: RoutingPolicy, { provider, model }: ProviderObject): RoutingPolicy {
  const there = [...policy.targets, ...policy.fallbacks].filter(target => target.provider.name === provider);
  const target = there.find(each => each.model === model) ?? there[0];
  if (target !== undefined) return { ...policy, targets: [target], fallbacks: [] };
  throw new GatewayError('model_not_found', {
    message:
      `The model "${policy.name}" does not lead to the provider that keeps the response which ` +
      '"previous_response_id" names. Ask for a model of that provider.',
    param: 'model',
  });
}
