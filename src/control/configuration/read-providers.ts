import { didYouMean } from '../../spec/nearest.ts';
import type { Provider } from '../../spec/provider.ts';
import type { ProviderResource, SecretReference } from '../../spec/resources.ts';
import { Secret } from '../../spec/secret.ts';
import { isReference, openReference, ReferenceFailure } from '../secrets/open-reference.ts';
import { isSealed } from '../secrets/sealer.ts';
import { parseBaseUrl } from './base-url.ts';
import type { ConfigurationContext, Notes } from './context.ts';
import type { Path } from './mistake.ts';
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

/** A region stands in a host name. */
const REGION = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function readProviders(
  entries: readonly Entry<ProviderInput>[],
  context: ConfigurationContext,
  notes: Notes,
): readonly FileProvider[] {
  return entries.map(({ name, path, value }, position) => {
    const adapter = value.adapter ?? name;
    checkAdapter(name, value, path, context, notes);
    const built = context.adapters.built.get(adapter);
    const regional = regionalUrl(value, built, path, notes);
    const baseUrl = value.base_url ?? regional;
    const origin = originOf(
      baseUrl ?? built?.baseUrl ?? context.adapters.planned.get(adapter)?.baseUrl,
      value,
      path,
      notes,
    );
    const problemOf = (secret: string) => keyProblem(secret, origin, built);
    return {
      name,
      adapter,
      baseUrl,
      origin,
      keys: readKeys(value.keys, [...path, 'keys'], problemOf, context, notes),
      models: value.models ?? null,
      pricesFrom: value.prices_from ?? null,
      allowInsecure: value.allow_insecure,
      position,
    };
  });
}

function checkAdapter(
  name: string,
  value: ProviderInput,
  path: Path,
  { adapters }: ConfigurationContext,
  notes: Notes,
): void {
  const adapter = value.adapter ?? name;
  const where = value.adapter === undefined ? path : [...path, 'adapter'];
  const built = adapters.built.get(adapter);
  if (adapters.built.get(name)?.builtIn) notes.mistake(path, 'is built in and cannot be configured', true);
  else if (built?.builtIn) notes.mistake(where, `${adapter} is built in and always there under its own name`);
  else if (built) checkReachable(built, value, path, notes);
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

/** The base URL of the region, where the adapter has one for each; null where none is asked for. */
function regionalUrl(
  { region, base_url: baseUrl }: ProviderInput,
  adapter: Provider | undefined,
  path: Path,
  notes: Notes,
): string | null {
  if (region === undefined) return null;
  const where = [...path, 'region'];
  if (adapter !== undefined && adapter.regions === undefined) {
    notes.mistake(where, `the adapter ${adapter.id} has no regions; expected base_url instead`, true);
  } else if (baseUrl !== undefined) {
    notes.mistake(where, 'stands beside base_url, which says the address already; expected one of them', true);
  } else if (!REGION.test(region)) notes.mistake(where, 'expected the name of a region such as eu-central-1');
  else return adapter?.regions?.baseUrl(region) ?? null;
  return null;
}

function originOf(
  text: string | undefined,
  { allow_insecure: allowInsecure }: ProviderInput,
  path: Path,
  notes: Notes,
): string {
  if (text === undefined) return '';
  try {
    return parseBaseUrl(text, allowInsecure).origin;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    notes.mistake([...path, 'base_url'], error.message);
    return '';
  }
}

/** Most keys are only sent; some are read by their adapter, which knows what they look like. */
function keyProblem(secret: string, origin: string, adapter: Provider | undefined): string | null {
  if (adapter?.keyProblem !== undefined) return adapter.keyProblem(secret, origin);
  return HEADER_SAFE.test(secret) ? null : 'expected a key of visible ASCII characters without spaces or line breaks';
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
