import type { Model, PriceOverride, Provider, Target } from '../../generated/prisma/client.ts';
import { formatUsd, parseUsd } from '../../spec/money.ts';
import type { ProviderSettings } from '../../spec/provider.ts';
import type {
  ModelResource,
  PriceResource,
  ProviderResource,
  Resources,
  TargetResource,
} from '../../spec/resources.ts';
import type { ConfigurationClient, ConfigurationTransaction } from './client.ts';
import { organizationName } from './organization.ts';
import { readKeys } from './read-keys.ts';

const LIMIT_MILLIS = 60_000;

/** The whole configuration as of one moment. */
export function load(client: ConfigurationClient): Promise<Resources> {
  return client.$transaction(read, {
    isolationLevel: 'RepeatableRead',
    maxWait: LIMIT_MILLIS,
    timeout: LIMIT_MILLIS,
  });
}

async function read(transaction: ConfigurationTransaction): Promise<Resources> {
  const { version } = await transaction.configurationVersion.findUniqueOrThrow({ where: { id: 1 } });
  const { storeResponses } = await transaction.organization.findUniqueOrThrow({ where: { name: organizationName } });
  const teams = await transaction.team.findMany({
    select: { name: true, storeResponses: true, managedBy: true },
    orderBy: { name: 'asc' },
  });
  const consumers = await transaction.consumer.findMany({
    include: { team: { select: { name: true } } },
    orderBy: [{ team: { name: 'asc' } }, { name: 'asc' }],
  });
  const keys = await readKeys(transaction);
  const providers = await transaction.provider.findMany({ orderBy: [{ position: 'asc' }, { name: 'asc' }] });
  const models = await transaction.model.findMany({
    include: { targets: { orderBy: { position: 'asc' } } },
    orderBy: { name: 'asc' },
  });
  const prices = await transaction.priceOverride.findMany({ orderBy: { position: 'asc' } });
  return {
    version,
    organization: organizationName,
    storeResponses,
    teams,
    consumers: consumers.map(({ name, team, managedBy }) => ({ name, team: team.name, managedBy })),
    keys,
    providers: providers.map(providerResource),
    models: models.map(modelResource),
    prices: prices.map(priceResource),
  };
}

const providerResource = (row: Provider): ProviderResource => ({
  name: row.name,
  adapter: row.adapter,
  baseUrl: row.baseUrl,
  keys: row.keys,
  models: row.listsModels ? row.models : null,
  pricesFrom: row.pricesFrom,
  allowInsecure: row.allowInsecure,
  settings: row.settings as ProviderSettings,
  position: row.position,
  managedBy: row.managedBy,
});

const modelResource = (row: Model & { readonly targets: readonly Target[] }): ModelResource => ({
  name: row.name,
  strategy: row.strategy === 'round_robin' ? 'round-robin' : row.strategy,
  targets: targetsOf(row.targets, 'target'),
  fallbacks: targetsOf(row.targets, 'fallback'),
  retries: row.retries,
  timeouts: {
    connectMillis: row.connectMillis,
    firstTokenMillis: row.firstTokenMillis,
    idleMillis: row.idleMillis,
    totalMillis: row.totalMillis,
  },
  managedBy: row.managedBy,
});

const targetsOf = (rows: readonly Target[], role: Target['role']): TargetResource[] =>
  rows.filter(row => row.role === role).map(row => ({ model: row.target, weight: row.weight }));

const decimal = (value: PriceOverride['input']): string => formatUsd(parseUsd(value.toFixed()));

const priceResource = (row: PriceOverride): PriceResource => ({
  model: row.model,
  input: decimal(row.input),
  output: decimal(row.output),
  cacheRead: row.cacheRead && decimal(row.cacheRead),
  cacheWrite: row.cacheWrite && decimal(row.cacheWrite),
  reasoning: row.reasoning && decimal(row.reasoning),
  from: row.from,
  position: row.position,
});
