import { GatewayError } from '../../spec/gateway-error.ts';

const none: readonly string[] = [];

/**
 * The one key a request presents. Reads the raw header list, because Node keeps only the first `authorization` and
 * joins the others; the same key twice is fine, two different ones are refused.
 *
 * @param rawHeaders alternating names and values as they came
 * @param queryKeys keys that stood in the query, where that is a place for one
 */
export function presentedKey(rawHeaders: readonly string[], queryKeys: readonly string[] = none): string {
  let key: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = credential(rawHeaders[index]!);
    if (header === null) continue;
    const value = header === 'authorization' ? bearer(rawHeaders[index + 1]!) : rawHeaders[index + 1]!.trim();
    if (value === '') continue;
    if (key !== null && key !== value) throw new GatewayError('credential_ambiguous', { param: header });
    key = value;
  }
  for (const value of queryKeys) {
    if (value === '') continue;
    if (key !== null && key !== value) throw new GatewayError('credential_ambiguous', { param: 'key' });
    key = value;
  }
  if (key === null) throw new GatewayError('missing_api_key');
  return key;
}

/**
 * The lower-case name of a header that may carry a virtual key, null for any other. No two of the four have the same
 * length, so most names of a request cost one comparison of numbers. None of these headers ever travels on: provider
 * requests are built from nothing.
 */
function credential(name: string): string | null {
  switch (name.length) {
    case 13:
      return same(name, 'authorization');
    case 9:
      return same(name, 'x-api-key');
    case 14:
      return same(name, 'x-goog-api-key');
    case 7:
      return same(name, 'api-key');
    default:
      return null;
  }
}

const same = (name: string, header: string): string | null =>
  name === header || name.toLowerCase() === header ? header : null;

/** The token of a `Bearer` value, whatever the case of the scheme; any other scheme presents itself and fails. */
function bearer(value: string): string {
  if (value.startsWith('Bearer ')) return value.slice(7).trim();
  const text = value.trim();
  return /^bearer(?:\s|$)/i.test(text) ? text.slice(6).trim() : text;
}
