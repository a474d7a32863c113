import { didYouMean } from '../../spec/nearest.ts';
import type { Provider, ProviderSettings } from '../../spec/provider.ts';
import type { ProviderResource, SecretReference } from '../../spec/resources.ts';
import { Secret } from '../../spec/secret.ts';
import { isReference, openReference, ReferenceFailure } from '../secrets/open-reference.ts';
import { isSealed } from '../secrets/sealer.ts';
import type { ConfigurationContext, Notes } from './context.ts';
import type { Path } from './mistake.ts';
import { configured, providerAddress, settingMistakes, settingNames } from './provider-settings.ts';
import type { ProviderInput } from './schema.ts';
import type { Entry } from './sections.ts';

/** A provider as the file describes it. Literal keys are still plain and wait to be sealed. */
export interface FileProvider extends Omit<ProviderResource, 'managedBy' | 'keys'> {
  readonly keys: readonly (SecretReference | Secret)[];
  /** Of its base URL; empty when nobody knows it. */
  readonly origin: string;
}

export const literalSecret = 'is a literal secret; env:NAME or file:PATH would keep it out of the file';

/** What is sent in a header: no space, no control character. */
const HEADER_SAFE = /^[\x21-\x7e]{1,8192}$/;

export function readProviders(
  entries: readonly Entry<ProviderInput>[],
  context: ConfigurationContext,
  notes: Notes,
): readonly FileProvider[] {
  return entries.map(({ name, path, value }, position) => {
    const adapter = value.adapter ?? name;
    const read = readAdapter(value, adapter, path, context, notes);
    const { settings, built, usable } = read;
    checkAdapter(name, value, path, context, read, notes);
    const usual = (built ?? context.adapters.planned.get(adapter))?.baseUrl;
    const origin = originOf(value, usual, built, path, notes);
    // Which keys an adapter takes may hang on its settings: where those are wrong, nothing is said of a key.
    const problemOf = (secret: string) => (built && !usable ? null : keyProblem(secret, origin, built));
    return {
      name,
      adapter,
      baseUrl: value.base_url ?? null,
      origin,
      settings,
      keys: readKeys(value.keys, [...path, 'keys'], problemOf, context, notes),
      models: value.models ?? null,
      pricesFrom: value.prices_from ?? null,
      allowInsecure: value.allow_insecure,
      position,
    };
  });
}

interface ReadAdapter {
  readonly settings: ProviderSettings;
  /** As these settings make it; undefined where it is not built. */
  readonly built: Provider | undefined;
  /** The settings are right: an address may come from them, so nothing is said of one before. */
  readonly usable: boolean;
}

function readAdapter(
  value: ProviderInput,
  id: string,
  path: Path,
  { adapters }: ConfigurationContext,
  notes: Notes,
): ReadAdapter {
  const names = settingNames(adapters);
  const given = Object.fromEntries(
    Object.entries(value).filter(([name, text]) => names.includes(name) && text !== undefined),
  );
  const built = adapters.built.get(id);
  if (built === undefined) {
    for (const name of Object.keys(given)) notes.mistake([...path, name], 'is no setting of this adapter', true);
    return { settings: {}, built, usable: false };
  }
  const mistakes = settingMistakes(built, given, value.allow_insecure);
  for (const { path: where, message, atName } of mistakes) notes.mistake([...path, ...where], message, atName);
  if (mistakes.length > 0) return { settings: {}, built, usable: false };
  const settings = given as ProviderSettings;
  return { settings, built: configured(built, settings), usable: true };
}

function checkAdapter(
  name: string,
  value: ProviderInput,
  path: Path,
  { adapters }: ConfigurationContext,
  { built, usable }: ReadAdapter,
  notes: Notes,
): void {
  const adapter = value.adapter ?? name;
  const where = value.adapter === undefined ? path : [...path, 'adapter'];
  if (adapters.built.get(name)?.builtIn) notes.mistake(path, 'is built in and cannot be configured', true);
  else if (built?.builtIn) notes.mistake(where, `${adapter} is built in and always there under its own name`);
  else if (built && usable) checkReachable(built, value, path, notes);
  else if (built) return;
  else if (adapters.planned.has(adapter)) {
    notes.warn(
      where,
      `the adapter ${adapter} is not built yet: calls are answered with 501 adapter_not_built`,
      value.adapter === undefined,
    );
  } else if (/^[./]|^@/.test(adapter)) notes.mistake(where, 'an adapter from a file or package is not built yet');
  else notes.mistake(where, unknownAdapter(adapter, adapters), value.adapter === undefined);
}

function unknownAdapter(adapter: string, { built, planned }: ConfigurationContext['adapters']): string {
  const names = [...built.keys(), ...planned.keys()];
  return `no adapter is named ${JSON.stringify(adapter)}${didYouMean(adapter, names)}`;
}

function checkReachable(adapter: Provider, value: ProviderInput, path: Path, notes: Notes): void {
  if (value.base_url === undefined && adapter.baseUrl === undefined) {
    notes.mistake(path, `base_url is missing; the adapter ${adapter.id} has no usual address`, true);
  }
  if (value.keys.length === 0 && !adapter.keyless) {
    notes.warn(path, 'has no keys: calls are answered with 502 provider_key_missing', true);
  }
}

function originOf(
  value: ProviderInput,
  usual: string | undefined,
  adapter: Provider | undefined,
  path: Path,
  notes: Notes,
): string {
  const text = value.base_url ?? usual;
  if (text === undefined) return '';
  try {
    return providerAddress(text, adapter, value.allow_insecure).origin;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    notes.mistake([...path, 'base_url'], error.message);
    return '';
  }
}

function readKeys(
  keys: readonly string[],
  path: Path,
  problemOf: (secret: string) => string | null,
  { sources }: ConfigurationContext,
  notes: Notes,
): FileProvider['keys'] {
  return keys.map((text, index) => {
    const where = [...path, index];
    const secret = readSecret(text, where, sources, notes);
    const problem = secret && problemOf(secret.reveal());
    if (problem) notes.mistake(where, problem);
    return isReference(text) ? text : new Secret(text);
  });
}

/** Most keys are only sent; some are read by their adapter. What is exchanged or signs never stands in a header. */
function keyProblem(key: string, origin: string, adapter: Provider | undefined): string | null {
  if (adapter?.keyProblem !== undefined) return adapter.keyProblem(key, origin);
  try {
    if (adapter?.exchange?.readKey(key)) return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
  if (HEADER_SAFE.test(key)) return null;
  return 'expected a key of visible ASCII characters without spaces or line breaks';
}

/** A reference's or literal's secret; null with a mistake when there is none. A literal is warned about. */
export function readSecret(
  text: string,
  path: Path,
  sources: ConfigurationContext['sources'],
  notes: Notes,
): Secret | null {
  if (isSealed(text)) {
    notes.mistake(path, 'a sealed value only opens where it was sealed; expected env:NAME, file:PATH or a literal');
    return null;
  }
  if (!isReference(text)) {
    notes.warn(path, literalSecret);
    return new Secret(text);
  }
  try {
    return openReference(text, sources);
  } catch (error) {
    if (!(error instanceof ReferenceFailure)) throw error;
    notes.mistake(path, error.message);
    return null;
  }
}
