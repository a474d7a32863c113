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

export function readProviders(
  entries: readonly Entry<ProviderInput>[],
  context: ConfigurationContext,
  notes: Notes,
): readonly FileProvider[] {
  return entries.map(({ name, path, value }, position) => {
    const adapter = value.adapter ?? name;
    checkAdapter(name, value, path, context, notes);
    const known = context.adapters.built.get(adapter) ?? context.adapters.planned.get(adapter);
    const keys = readKeys(value.keys, [...path, 'keys'], context, notes);
    return {
      name,
      adapter,
      baseUrl: value.base_url ?? null,
      origin: originOf(value, known?.baseUrl, path, notes),
      keys,
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

function originOf(value: ProviderInput, usual: string | undefined, path: Path, notes: Notes): string {
  const text = value.base_url ?? usual;
  if (text === undefined) return '';
  try {
    return parseBaseUrl(text, value.allow_insecure).origin;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    notes.mistake([...path, 'base_url'], error.message);
    return '';
  }
}

function readKeys(
  keys: readonly string[],
  path: Path,
  { sources }: ConfigurationContext,
  notes: Notes,
): FileProvider['keys'] {
  return keys.map((text, index) => {
    const where = [...path, index];
    const secret = readSecret(text, where, sources, notes);
    if (secret && !HEADER_SAFE.test(secret.reveal())) {
      notes.mistake(where, 'expected a key of visible ASCII characters without spaces or line breaks');
    }
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
