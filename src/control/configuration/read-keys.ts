import { createHash } from 'node:crypto';
import { isKeyText } from '../../spec/names.ts';
import { didYouMean } from '../../spec/nearest.ts';
import type { Secret } from '../../spec/secret.ts';
import type { ConfigurationContext, Notes } from './context.ts';
import { formatPath, type Path } from './mistake.ts';
import { readSecret } from './read-providers.ts';
import type { KeyInput } from './schema.ts';
import type { Entry } from './sections.ts';

/** A virtual key as the file describes it, still plain. */
export interface FileKey {
  readonly name: string;
  readonly team: string;
  readonly consumer: string | null;
  readonly secret: Secret;
  readonly models: readonly string[];
  readonly expiresAt: Date | null;
  readonly storeResponses: boolean | null;
}

/** The team that exists without being configured. */
const DEFAULT_TEAM = 'default';

export interface KeyNames {
  readonly teams: readonly string[];
  /** Team by consumer, as `consumers:` says. */
  readonly consumers: ReadonlyMap<string, string>;
  readonly aliases: readonly string[];
  readonly providers: readonly string[];
}

export function readKeys(
  entries: readonly Entry<KeyInput>[],
  names: KeyNames,
  context: ConfigurationContext,
  notes: Notes,
): readonly FileKey[] {
  const seen = new Map<string, Path>();
  return entries.flatMap(({ path, value }) => {
    const once = `${value.team} ${value.name}`;
    if (seen.has(once))
      notes.mistake([...path, 'name'], `team ${value.team} has a key with this name at ${formatPath(seen.get(once)!)}`);
    seen.set(once, path);
    checkOwner(value, path, names, notes);
    checkModels(value.models, [...path, 'models'], names, notes);
    const secret = readKeySecret(value.secret, [...path, 'secret'], seen, context, notes);
    const { name, team, consumer = null, models, expires = null, store_responses: storeResponses = null } = value;
    return secret ? [{ name, team, consumer, secret, models, expiresAt: expires, storeResponses }] : [];
  });
}

export function checkTeam(team: string, path: Path, teams: readonly string[], notes: Notes): void {
  if (team === DEFAULT_TEAM || teams.includes(team)) return;
  notes.mistake(path, `no team is named ${JSON.stringify(team)}${didYouMean(team, teams)}`);
}

function checkOwner({ team, consumer }: KeyInput, path: Path, { teams, consumers }: KeyNames, notes: Notes): void {
  checkTeam(team, [...path, 'team'], teams, notes);
  const owner = consumer === undefined ? undefined : consumers.get(consumer);
  if (owner !== undefined && owner !== team) {
    notes.mistake([...path, 'consumer'], `the consumer ${consumer} belongs to team ${owner}, not to ${team}`);
  }
}

/** Only a warning: an administrator may have made a provider or an alias that the file does not know. */
function checkModels(models: readonly string[], path: Path, { aliases, providers }: KeyNames, notes: Notes): void {
  for (const [index, model] of models.entries()) {
    const [provider, ...rest] = model.split('/') as [string, ...string[]];
    if (rest.length === 0 || provider.includes('*') || providers.includes(provider) || aliases.includes(model))
      continue;
    notes.warn([...path, index], `no provider is named ${JSON.stringify(provider)}${didYouMean(provider, providers)}`);
  }
}

function readKeySecret(
  text: string,
  path: Path,
  seen: Map<string, Path>,
  { sources }: ConfigurationContext,
  notes: Notes,
): Secret | null {
  const secret = readSecret(text, path, sources, notes);
  if (!secret) return null;
  if (!isKeyText(secret.reveal())) {
    notes.mistake(path, 'expected a secret of 20 to 512 visible ASCII characters');
    return null;
  }
  const digest = createHash('sha256').update(secret.reveal()).digest('base64');
  const other = seen.get(digest);
  if (other) notes.mistake(path, `has the same secret as ${formatPath(other)}`);
  seen.set(digest, path);
  return secret;
}
