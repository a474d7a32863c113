import { GatewayError } from '../../spec/gateway-error.ts';

/**
 * The one key a request presents. Reads the raw header list, because Node keeps only the first `authorization` and
 * joins the others; the same key twice is fine, two different ones are refused.
 *
 * @param rawHeaders alternating names and values as they came
 */
export function presentedKey(rawHeaders: readonly string[]): string {
  let key: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    // Lengths of the four names; spares lower-casing every header of every call.
    if (name.length !== 13 && name.length !== 9 && name.length !== 14 && name.length !== 7) continue;
    const header = name.toLowerCase();
    if (!isCredential(header)) continue;
    const value = header === 'authorization' ? bearer(rawHeaders[index + 1]!) : rawHeaders[index + 1]!.trim();
    if (value === '') continue;
    if (key !== null && key !== value) throw new GatewayError('credential_ambiguous', { param: header });
    key = value;
  }
  if (key === null) throw new GatewayError('missing_api_key');
  return key;
}

/** Headers that may carry a virtual key. None of them ever travels on: provider requests are built from nothing. */
const isCredential = (header: string): boolean =>
  header === 'authorization' || header === 'x-api-key' || header === 'x-goog-api-key' || header === 'api-key';

/** The token of a `Bearer` value, whatever the case of the scheme; any other scheme presents itself and fails. */
function bearer(value: string): string {
  const text = value.trim();
  return /^bearer(?:\s|$)/i.test(text) ? text.slice(6).trim() : text;
}
