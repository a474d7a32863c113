import { z } from 'zod';
import type { Resources } from '../../../spec/resources.ts';

const managedBy = z.enum(['file', 'api']);
/** Absent in what earlier versions kept. */
const storeResponses = z.boolean().nullable().default(null);
const optionalDate = z.coerce.date().nullable();
const target = z.object({ model: z.string(), weight: z.number() });

/** One line of a kept snapshot is one resource: the name of its list, and the resource. */
const sections = {
  teams: z.object({ name: z.string(), storeResponses, managedBy }),
  consumers: z.object({ name: z.string(), team: z.string(), managedBy }),
  keys: z.object({
    id: z.string(),
    name: z.string(),
    team: z.string(),
    consumer: z.string().nullable(),
    digest: z.string(),
    hint: z.string(),
    models: z.array(z.string()),
    createdAt: z.coerce.date(),
    expiresAt: optionalDate,
    revokedAt: optionalDate,
    storeResponses,
    managedBy,
  }),
  providers: z.object({
    name: z.string(),
    adapter: z.string(),
    baseUrl: z.string().nullable(),
    keys: z.array(z.string()),
    models: z.array(z.string()).nullable(),
    pricesFrom: z.string().nullable(),
    allowInsecure: z.boolean(),
    /** Absent in what earlier versions kept. */
    settings: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])).default({}),
    position: z.number(),
    managedBy,
  }),
  models: z.object({
    name: z.string(),
    strategy: z.enum(['priority', 'weighted', 'round-robin']),
    targets: z.array(target),
    fallbacks: z.array(target),
    retries: z.number(),
    timeouts: z.object({
      connectMillis: z.number(),
      firstTokenMillis: z.number(),
      idleMillis: z.number(),
      totalMillis: z.number(),
    }),
    managedBy,
  }),
  prices: z.object({
    model: z.string(),
    input: z.string(),
    output: z.string(),
    cacheRead: z.string().nullable(),
    cacheWrite: z.string().nullable(),
    reasoning: z.string().nullable(),
    from: optionalDate,
    position: z.number(),
  }),
} satisfies { readonly [Name in keyof Lists]: z.ZodType<Lists[Name][number]> };

/** Every list of the resources: one that is added there is missed here by the compiler. */
type Lists = Omit<Resources, 'version' | 'organization' | 'storeResponses'>;

const names = Object.keys(sections) as (keyof Lists)[];
const first = z.object({
  version: z.number(),
  organization: z.string(),
  storeResponses,
  digestKey: z.string(),
});
const line = z.tuple([z.string(), z.unknown()]);

export interface KeptConfiguration {
  readonly resources: Resources;
  /** The instance's digest key as it stands in the database: sealed. */
  readonly digestKey: string;
}

/** One JSON text per line: the instance first, then resource by resource, so that nothing large is made in one go. */
export function* toLines({ resources, digestKey }: KeptConfiguration): Generator<string> {
  const { version, organization, storeResponses } = resources;
  yield `${JSON.stringify({ version, organization, storeResponses, digestKey })}\n`;
  for (const name of names) {
    for (const resource of resources[name]) yield `${JSON.stringify([name, resource])}\n`;
  }
}

/** Throws when a line is not what `toLines` makes. */
export function fromLines(text: string): KeptConfiguration {
  const [head = '', ...rest] = text.split('\n').slice(0, -1);
  const { digestKey, ...instance } = first.parse(JSON.parse(head));
  const lists: { [Name in keyof Lists]: Lists[Name][number][] } = {
    teams: [],
    consumers: [],
    keys: [],
    providers: [],
    models: [],
    prices: [],
  };
  for (const one of rest) {
    const [name, resource] = line.parse(JSON.parse(one));
    add(lists, name, resource);
  }
  return { resources: { ...instance, ...lists }, digestKey };
}

function add(lists: { [Name in keyof Lists]: Lists[Name][number][] }, name: string, resource: unknown): void {
  switch (name) {
    case 'teams':
      return void lists.teams.push(sections.teams.parse(resource));
    case 'consumers':
      return void lists.consumers.push(sections.consumers.parse(resource));
    case 'keys':
      return void lists.keys.push(sections.keys.parse(resource));
    case 'providers':
      return void lists.providers.push(sections.providers.parse(resource));
    case 'models':
      return void lists.models.push(sections.models.parse(resource));
    case 'prices':
      return void lists.prices.push(sections.prices.parse(resource));
    default:
      throw new RangeError(`unknown list ${name}`);
  }
}
