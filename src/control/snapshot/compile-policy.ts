import type { Logger } from 'pino';
import type { ModelResource, TargetResource } from '../../spec/resources.ts';
import type { ConfiguredProvider, RoutingPolicy, Target } from '../../spec/snapshot.ts';

/**
 * The policy of a model alias; null when none of its targets has a provider any more. A target whose provider is gone
 * is left out, which the log says.
 */
export function compilePolicy(
  resource: ModelResource,
  providers: ReadonlyMap<string, ConfiguredProvider>,
  logger: Pick<Logger, 'error'>,
): RoutingPolicy | null {
  const targets = (list: readonly TargetResource[]) =>
    list.flatMap(target => compileTarget(target, resource.name, providers, logger) ?? []);
  const policy: RoutingPolicy = {
    name: resource.name,
    strategy: resource.strategy,
    targets: Object.freeze(targets(resource.targets)),
    fallbacks: Object.freeze(targets(resource.fallbacks)),
    retries: resource.retries,
    timeouts: Object.freeze({ ...resource.timeouts }),
  };
  if (policy.targets.length > 0) return Object.freeze(policy);
  logger.error({ model: resource.name }, 'the model alias has no target left and is not served');
  return null;
}

function compileTarget(
  { model: name, weight }: TargetResource,
  alias: string,
  providers: ReadonlyMap<string, ConfiguredProvider>,
  logger: Pick<Logger, 'error'>,
): Target | null {
  const slash = name.indexOf('/');
  const provider = providers.get(name.slice(0, slash));
  if (provider) return Object.freeze({ provider, model: name.slice(slash + 1), name, weight });
  logger.error({ model: alias, target: name }, 'the provider of a target is not configured');
  return null;
}
