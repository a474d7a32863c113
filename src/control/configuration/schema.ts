import { z } from 'zod';
import { decimalText, parseUsd, perMillion } from '../../spec/money.ts';
import { isModelName, isResourceName } from '../../spec/names.ts';
import { defaultRetries, defaultTimeouts } from '../../spec/resources.ts';
import { duration, members, missingOr, moment, type NotBuilt, oneOf } from './members.ts';

const budgetsAndLimits: NotBuilt = { budgets: [], limits: [] };
const tenant: NotBuilt = { ...budgetsAndLimits, plugins: [], unknown_price: ['flag'] };
const storeResponses = { store_responses: z.boolean({ error: 'expected true or false' }).optional() };

export const resourceName = z.string().refine(isResourceName, {
  error:
    'expected a name of at most 63 letters, digits, dots, dashes and underscores that begins with a letter or digit',
});

export const modelName = z.string().refine(isModelName, {
  error: 'expected a model name: letters, digits and . _ : / @ + ~ = - without empty segments',
});

/** First segments of a model name that mean something else. */
const RESERVED: ReadonlySet<string> = new Set(['prompt', 'simulator', 'local']);

export const aliasName = modelName.refine(name => !RESERVED.has(name.split('/')[0]!), {
  error: `expected another name for a model alias: ${[...RESERVED].join(', ')} are reserved`,
});

const modelGlob = z.string().refine(glob => isModelName(glob.replaceAll('*', 'x')), {
  error: 'expected a model name or a pattern such as provider/* or *',
});

/** Decimal text, or a number that YAML gave without loss. */
const price = z
  .union([z.string(), z.number()], missingOr('expected a price in USD such as 0.25'))
  .transform((value, context) => {
    const text = typeof value === 'number' ? decimalText(value) : value;
    if (typeof value === 'number' && text.replace(/[^1-9]*([\d.]*)/, '$1').replace('.', '').length > 15) {
      context.addIssue({
        code: 'custom',
        message: 'expected a price in quotes: a number with so many digits is not kept exactly',
      });
    } else if (!isPrice(text)) {
      context.addIssue({
        code: 'custom',
        message: 'expected USD per million tokens from 0 to 1000000 with at most 12 decimals',
      });
    }
    return text;
  });

function isPrice(text: string): boolean {
  try {
    return perMillion(text) >= 0n && parseUsd(text) <= parseUsd('1000000');
  } catch {
    return false;
  }
}

const providerMembers = {
  adapter: z.string().optional(),
  base_url: z.string().optional(),
  keys: z.array(z.string(missingOr('expected env:NAME, file:PATH or a literal in quotes'))).default([]),
  models: z.array(modelName).optional(),
  prices_from: z.string().optional(),
  allow_insecure: z.boolean().default(false),
};

/** @param settings what adapters know beside it; each adapter checks its own */
export const providerSchema = (settings: readonly string[]) =>
  members(
    {
      ...providerMembers,
      ...(Object.fromEntries(settings.map(name => [name, z.unknown().optional()])) as typeof noMembers),
    },
    { ...budgetsAndLimits, plugins: [], cooldown: [], headers: [], quirks: [] },
  );

const noMembers = {};

const target = members({
  model: modelName,
  weight: z.number().positive().max(1_000_000).default(1),
});

export const modelSchema = members(
  {
    strategy: oneOf(['priority', 'weighted', 'round-robin'], ['least-busy', 'lowest-latency', 'lowest-cost']).default(
      'priority',
    ),
    targets: z.array(target).min(1),
    fallbacks: z.array(members({ model: modelName })).default([]),
    retries: z.int().min(0).max(10).default(defaultRetries),
    timeouts: members({
      connect: duration.default(defaultTimeouts.connectMillis),
      first_token: duration.default(defaultTimeouts.firstTokenMillis),
      idle: duration.default(defaultTimeouts.idleMillis),
      total: duration.default(defaultTimeouts.totalMillis),
    }).prefault({}),
  },
  {
    ...budgetsAndLimits,
    plugins: [],
    on_cut: ['error'],
    client_gone: ['abort'],
    mirror: [],
    hedge: [],
    affinity: [],
    cooldown: [],
    cache: [],
  },
);

export const teamSchema = members(storeResponses, tenant);

export const consumerSchema = members(
  { team: resourceName.default('default') },
  // True of its team counts for it, so that false here would promise what does not hold.
  { ...tenant, store_responses: [] },
);

export const keySchema = members(
  {
    name: resourceName,
    team: resourceName.default('default'),
    consumer: resourceName.optional(),
    secret: z.string(missingOr('expected env:NAME, file:PATH or a literal in quotes')),
    models: z.array(modelGlob).min(1).default(['*']),
    expires: moment.optional(),
    ...storeResponses,
  },
  { ...tenant, strict: [false] },
);

export const priceSchema = members({
  model: modelGlob,
  input: price,
  output: price,
  cache_read: price.optional(),
  cache_write: price.optional(),
  reasoning: price.optional(),
  from: moment.optional(),
});

/** Mappings and lists are checked entry by entry, so that one mistake does not hide the others. */
const mapping = z.preprocess(
  value => value ?? {},
  z.custom<Readonly<Record<string, unknown>>>(
    value => typeof value === 'object' && value !== null && !Array.isArray(value),
    { error: 'expected a mapping from names' },
  ),
);
const list = z.preprocess(value => value ?? [], z.array(z.unknown()));

export const organizationSchema = members(storeResponses, tenant);

export const fileSchema = members(
  {
    providers: mapping,
    models: mapping,
    teams: mapping,
    consumers: mapping,
    keys: list,
    prices: list,
    organization: organizationSchema,
  },
  {
    prompts: [],
    plugins: [],
    guardrails: [],
    services: [],
    routes: [],
    upstreams: [],
    subscriptions: [],
    ...budgetsAndLimits,
  },
);

export type ProviderInput = z.output<ReturnType<typeof providerSchema>>;
export type ModelInput = z.output<typeof modelSchema>;
export type ConsumerInput = z.output<typeof consumerSchema>;
export type KeyInput = z.output<typeof keySchema>;
export type PriceInput = z.output<typeof priceSchema>;
