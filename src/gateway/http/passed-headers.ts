import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import type { Exchange } from './exchange.ts';

const VALUE = /^[\t\x20-\x7e]*$/;
const none: readonly string[] = [];

/**
 * Those of these headers that the caller sent, as a flat list of names and values: the only ones of a caller's headers
 * that a provider ever sees. Throws `invalid_value` for what may not stand in a header of ours.
 */
export function readPassedHeaders(exchange: Pick<Exchange, 'header'>, names: readonly string[]): readonly string[] {
  if (names.length === 0) return none;
  const passed: string[] = [];
  for (const name of names) {
    const value = exchange.header(name);
    if (value === undefined) continue;
    if (!VALUE.test(value) || value.length > limits.headerValueLength) {
      throw new GatewayError('invalid_value', {
        message: `Invalid value for the header '${name}': expected at most ${limits.headerValueLength} printable ASCII characters.`,
        param: name,
      });
    }
    passed.push(name, value);
  }
  return passed;
}
