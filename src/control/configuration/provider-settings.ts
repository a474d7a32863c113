import type { TokenRequest } from '../../spec/credential-exchange.ts';
import { isModelName } from '../../spec/names.ts';
import type { Provider, ProviderSetting, ProviderSettings } from '../../spec/provider.ts';
import type { Secret } from '../../spec/secret.ts';
import { type BaseUrl, parseBaseUrl } from './base-url.ts';
import type { Adapters } from './context.ts';
import type { Path } from './mistake.ts';

/** Base URL of the server that exchanges a provider's keys for tokens, in the place of the adapter's own. */
const TOKEN_URL = 'token_url';

/** Every member that some adapter knows as a setting of its own. */
export const settingNames = ({ built }: Pick<Adapters, 'built'>): readonly string[] => [
  ...new Set([TOKEN_URL, ...[...built.values()].flatMap(({ settings = {} }) => Object.keys(settings))]),
];

interface SettingMistake {
  readonly path: Path;
  readonly message: string;
  readonly atName: boolean;
}

/** What is wrong with these settings for this adapter. */
export function settingMistakes(
  adapter: Provider,
  given: Readonly<Record<string, unknown>>,
  allowInsecure: boolean,
): readonly SettingMistake[] {
  const known = adapter.settings ?? {};
  const missing = Object.keys(known).filter(name => known[name]?.required && given[name] === undefined);
  return [
    ...missing.map(name => ({ path: [], message: `${name} is missing; ${known[name]!.expected}`, atName: true })),
    ...Object.entries(given).flatMap(([name, value]) => {
      if (name === TOKEN_URL && adapter.exchange) return tokenUrlMistakes(value, allowInsecure);
      const setting = known[name];
      const beside = setting?.beside;
      if (beside !== undefined && given[beside] === undefined) {
        return [{ path: [name], message: `needs ${beside} beside it`, atName: true }];
      }
      if (setting !== undefined) return valueMistakes(name, setting, value);
      return [{ path: [name], message: `is no setting of the adapter ${adapter.id}`, atName: true }];
    }),
  ];
}

function tokenUrlMistakes(value: unknown, allowInsecure: boolean): readonly SettingMistake[] {
  try {
    parseBaseUrl(typeof value === 'string' ? value : '', allowInsecure);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ path: [TOKEN_URL], message: error.message, atName: false }];
  }
}

function valueMistakes(name: string, { kind, pattern, expected }: ProviderSetting, value: unknown): SettingMistake[] {
  const fits = (text: unknown) => typeof text === 'string' && pattern.test(text);
  if (kind === 'text') return fits(value) ? [] : [{ path: [name], message: expected, atName: false }];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: [name], message: 'expected a mapping from model names', atName: false }];
  }
  return Object.entries(value).flatMap(([model, text]) => [
    ...(isModelName(model) ? [] : [{ path: [name, model], message: 'expected the name of a model', atName: true }]),
    ...(fits(text) ? [] : [{ path: [name, model], message: expected, atName: false }]),
  ]);
}

/** The adapter as the settings of one provider make it. */
export const configured = (adapter: Provider, settings: ProviderSettings): Provider =>
  adapter.configure?.(settings) ?? adapter;

/** A provider's base URL. Throws a RangeError whose message says what was expected. */
export function providerAddress(text: string, adapter: Provider | null | undefined, allowInsecure: boolean): BaseUrl {
  const address = parseBaseUrl(text, allowInsecure);
  const form = adapter?.addressForm;
  if (form !== undefined && !form.pattern.test(address.basePath)) throw new RangeError(form.expected);
  const tail = adapter?.addressTail;
  if (tail === undefined || !address.basePath.endsWith(tail)) return address;
  return { ...address, basePath: address.basePath.slice(0, -tail.length) };
}

/** What a key is exchanged for; undefined for one that is a credential by itself. Throws a RangeError without a secret. */
export function exchangeOf(
  { exchange }: Provider,
  key: Secret,
  settings: ProviderSettings,
  allowInsecure: boolean,
): TokenRequest | undefined {
  const grant = exchange?.readKey(key.reveal());
  if (exchange === undefined || grant === null || grant === undefined) return undefined;
  const { origin, basePath } = parseBaseUrl(String(settings[TOKEN_URL] ?? exchange.baseUrl), allowInsecure);
  return Object.freeze({ ...grant, origin, path: basePath + grant.path });
}

/** The part of `token_url` that a sealed key is bound to; undefined where the configuration does not say where. */
export const tokenOrigin = (settings: ProviderSettings): string | undefined =>
  settings[TOKEN_URL] === undefined ? undefined : URL.parse(String(settings[TOKEN_URL]))?.origin;
