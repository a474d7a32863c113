import { GatewayError } from '../../spec/gateway-error.ts';

/**
 * Throws `invalid_value` unless the name is one of the IANA list. Bare offsets are refused: Postgres reads their sign
 * the other way round than ISO 8601 does.
 */
export function checkTimezone(name: string): void {
  try {
    if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) throw new RangeError('not a name');
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch (cause) {
    throw new GatewayError('invalid_value', { message: 'The timezone is not an IANA name.', param: 'timezone', cause });
  }
}
