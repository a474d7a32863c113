import { readFileSync, statSync } from 'node:fs';
import { ConfigurationProblem } from '../../config.ts';
import { limits } from '../../spec/limits.ts';
import type { OrganizationSettings, PriceResource, TeamSettings } from '../../spec/resources.ts';
import { type ConfigurationContext, Notes } from './context.ts';
import { settingNames } from './provider-settings.ts';
import { checkTeam, type FileKey, type KeyNames, readKeys } from './read-keys.ts';
import { type FileModel, readModels } from './read-models.ts';
import { readPrices } from './read-prices.ts';
import { type FileProvider, readProviders } from './read-providers.ts';
import {
  aliasName,
  consumerSchema,
  fileSchema,
  keySchema,
  modelSchema,
  organizationSchema,
  priceSchema,
  providerSchema,
  resourceName,
  teamSchema,
} from './schema.ts';
import { parseList, parseMapping, parsePart } from './sections.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';

/** What one file describes, checked, with defaults filled in and the keys' secrets still plain. */
export interface ConfigurationFile {
  readonly organization: OrganizationSettings;
  readonly teams: readonly TeamSettings[];
  readonly consumers: readonly { readonly name: string; readonly team: string }[];
  readonly providers: readonly FileProvider[];
  readonly models: readonly FileModel[];
  readonly keys: readonly FileKey[];
  readonly prices: readonly PriceResource[];
}

export interface ReadConfiguration {
  readonly file: ConfigurationFile;
  /** `file:line:column: path: what`, in the order of the file. */
  readonly warnings: readonly string[];
}

/**
 * Reads and checks a configuration file. Throws a ConfigurationProblem with every mistake in it, each with file, line,
 * column, path and what was expected; none of them shows a secret.
 */
export function readConfigurationFile(path: string, context: ConfigurationContext): ReadConfiguration {
  return readConfigurationText(readText(path), path, context);
}

/** The same for the text of a file; `path` is how it is called in messages. */
export function readConfigurationText(text: string, path: string, context: ConfigurationContext): ReadConfiguration {
  const document = parseYaml(text, path);
  if (document.problems.length > 0) throw new ConfigurationProblem(document.problems);
  const notes = new Notes();
  const file = readSections(document, context, notes);
  if (notes.mistakes.length > 0) throw new ConfigurationProblem(document.describe(notes.mistakes));
  return { file, warnings: document.describe(notes.warnings) };
}

function readText(path: string): string {
  try {
    const about = statSync(path);
    if (!about.isFile() || about.size > limits.configurationFileBytes) {
      throw new ConfigurationProblem([`${path}: expected a regular file of at most 1 MiB`]);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof ConfigurationProblem) throw error;
    if (error instanceof TypeError) throw new ConfigurationProblem([`${path}: expected UTF-8`]);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigurationProblem([
      `${path}: ${code === 'ENOENT' ? 'there is no such file' : `cannot be read: ${code}`}`,
    ]);
  }
}

function readSections(document: YamlDocument, context: ConfigurationContext, notes: Notes): ConfigurationFile {
  parsePart(fileSchema, document.data, [], notes);
  const top = usableSections(document.data);
  const section = <Name extends 'providers' | 'models' | 'teams' | 'consumers'>(name: Name) => ({
    name,
    entries: top[name],
    order: document.names([name]),
  });
  const builtIn = [...context.adapters.built.values()].filter(adapter => adapter.builtIn).map(adapter => adapter.id);
  const providerNames = [...document.names(['providers']), ...builtIn];
  const teams = document.names(['teams']);

  const ownTeams = parseMapping({ ...section('teams'), schema: teamSchema, nameSchema: resourceName }, notes);
  const consumers = parseMapping({ ...section('consumers'), schema: consumerSchema, nameSchema: resourceName }, notes);
  for (const { path, value } of consumers) checkTeam(value.team, [...path, 'team'], teams, notes);
  const schema = providerSchema(settingNames(context.adapters));
  const providers = parseMapping({ ...section('providers'), schema, nameSchema: resourceName }, notes);
  const models = parseMapping({ ...section('models'), schema: modelSchema, nameSchema: aliasName }, notes);
  const names: KeyNames = {
    teams,
    consumers: new Map(consumers.map(({ name, value }) => [name, value.team])),
    aliases: document.names(['models']),
    providers: providerNames,
  };
  const keys = readKeys(parseList('keys', top.keys, keySchema, notes), names, context, notes);
  return {
    organization: { storeResponses: organizationSchema.safeParse(top.organization).data?.store_responses ?? null },
    teams: ownTeams.map(({ name, value }) => ({ name, storeResponses: value.store_responses ?? null })),
    consumers: allConsumers(names.consumers, keys),
    providers: readProviders(providers, context, notes),
    models: readModels(models, providerNames, notes),
    keys,
    prices: readPrices(parseList('prices', top.prices, priceSchema, notes), providerNames, notes),
  };
}

/** A section of the wrong kind is already noted; it is taken as empty, so that the others are still read. */
function usableSections(data: unknown) {
  const top = asMapping(data);
  return {
    providers: asMapping(top.providers),
    models: asMapping(top.models),
    teams: asMapping(top.teams),
    consumers: asMapping(top.consumers),
    keys: asList(top.keys),
    prices: asList(top.prices),
    organization: asMapping(top.organization),
  };
}

const asMapping = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Those of `consumers:` and those that only a key names. */
function allConsumers(named: ReadonlyMap<string, string>, keys: readonly FileKey[]): ConfigurationFile['consumers'] {
  const all = new Map([...named].map(([name, team]) => [`${team} ${name}`, { name, team }]));
  for (const { team, consumer } of keys) {
    if (consumer !== null) all.set(`${team} ${consumer}`, { name: consumer, team });
  }
  return [...all.values()];
}
