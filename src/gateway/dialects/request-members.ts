import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { isModelName } from '../../spec/names.ts';
import { byte, skipSpace } from '../body/json-scalars.ts';
import type { BodyScan, JsonType, Member } from '../body/scan-body.ts';

/** Small members of a request, read and checked at the border. Each throws a 400 that names the member. */

const CONTROL = /\p{Cc}/u;

const withArticle = (type: JsonType): string =>
  type === 'null' ? 'null' : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

export function wrongType(path: string, expected: string, got: JsonType): GatewayError {
  return new GatewayError('invalid_type', {
    message: `Invalid type for '${path}': expected ${expected}, but got ${withArticle(got)} instead.`,
    param: path,
  });
}

export function wrongValue(path: string, why: string): GatewayError {
  return new GatewayError('invalid_value', { message: `Invalid value for '${path}': ${why}.`, param: path });
}

export function missing(path: string): GatewayError {
  return new GatewayError('missing_required_parameter', {
    message: `Missing required parameter: '${path}'.`,
    param: path,
  });
}

/** A member that is there and not null. */
export function given(scan: BodyScan, name: string): Member | null {
  const member = scan.member(name);
  return member === undefined || scan.type(member) === 'null' ? null : member;
}

export function readModel(scan: BodyScan): string {
  const member = scan.member('model');
  if (member === undefined) throw missing('model');
  if (scan.type(member) !== 'string') throw wrongType('model', 'a string', scan.type(member));
  // Six bytes are the longest way to write one character of a name.
  const tooLong = member.valueEnd - member.valueStart > 6 * limits.modelNameLength + 2;
  const model = tooLong ? '' : String(scan.parse(member));
  if (isModelName(model)) return model;
  throw wrongValue('model', `expected at most ${limits.modelNameLength} letters, digits and ._:/@+~=-`);
}

export function readBoolean(scan: BodyScan, name: string, path: string = name): boolean {
  const member = given(scan, name);
  if (member === null) return false;
  if (scan.type(member) !== 'boolean') throw wrongType(path, 'a boolean', scan.type(member));
  return scan.bytes[member.valueStart] === 0x74;
}

/** A whole number between two bounds; null when it is not there or null. */
export function readInteger(scan: BodyScan, name: string, least: number, most: number): number | null {
  const member = given(scan, name);
  if (member === null) return null;
  if (scan.type(member) !== 'number') throw wrongType(name, 'an integer', scan.type(member));
  const value = Number(scan.parse(member));
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw wrongValue(name, `expected an integer from ${least} to ${most}`);
}

/** A name of at most 256 characters without control characters; empty when it is not there or null. */
export function readEndUser(scan: BodyScan, name: string, path: string = name): string {
  const member = given(scan, name);
  if (member === null) return '';
  if (scan.type(member) !== 'string') throw wrongType(path, 'a string', scan.type(member));
  const text = member.valueEnd - member.valueStart > 16 * limits.endUserLength ? null : String(scan.parse(member));
  if (text === null || text.length > limits.endUserLength) {
    throw wrongValue(path, `expected at most ${limits.endUserLength} characters`);
  }
  if (CONTROL.test(text) || !text.isWellFormed()) throw wrongValue(path, 'it has a control character');
  return text;
}

/** First byte of an array's first element, with its position; null when the array is empty. */
export function firstElement(scan: BodyScan, array: Member): { readonly at: number; readonly code: number } | null {
  const at = skipSpace(scan.bytes, array.valueStart + 1);
  const code = scan.bytes[at]!;
  return code === byte.closeArray ? null : { at, code };
}
