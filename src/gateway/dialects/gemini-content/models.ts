import { GatewayError } from '../../../spec/gateway-error.ts';
import type { KnownModel } from '../../routing/list-models.ts';

/** What a list of models says of one: https://ai.google.dev/api/models#Model */
interface ModelJson {
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly supportedGenerationMethods: readonly string[];
}

const MOST = 1_000;
const METHODS = ['generateContent', 'countTokens'];

export const describeModel = ({ name }: KnownModel): ModelJson => ({
  name: `models/${name}`,
  version: '',
  displayName: name,
  supportedGenerationMethods: METHODS,
});

/** One page: all of them, unless the caller sets a `pageSize`; a `pageToken` is the position of its first one. */
export function listModels(models: readonly KnownModel[], query: Readonly<Record<string, unknown>>): object {
  const size = wholeNumber(query.pageSize, 'pageSize') ?? models.length;
  const start = wholeNumber(query.pageToken, 'pageToken') ?? 0;
  const end = size === 0 ? models.length : start + Math.min(size, MOST);
  const all = query.pageSize === undefined || size === 0;
  const next = all ? models.length : end;
  return {
    models: models.slice(start, next).map(describeModel),
    ...(next < models.length && { nextPageToken: String(next) }),
  };
}

function wholeNumber(value: unknown, name: string): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new GatewayError('invalid_value', {
    message: `Invalid value for '${name}': expected a whole number.`,
    param: name,
  });
}
