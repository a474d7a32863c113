import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { byte, invalidJson, skipSpace } from './json-scalars.ts';
import { type JsonLimits, JsonScanner, type MemberSink } from './json-scanner.ts';
import { foldedName, memberName } from './member-name.ts';

/** One member of an object, as positions in the scanned bytes. */
export interface Member {
  /** Unescaped. */
  readonly name: string;
  /** Position of the name's opening quote. */
  readonly nameStart: number;
  readonly valueStart: number;
  /** Position after the value's last byte. */
  readonly valueEnd: number;
}

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** An object that is read has a few dozen members; what has more is meant to cost memory. */
const MOST_MEMBERS = 1024;
/** Up to so many members are looked through, which beats a map that has to be built. */
const LISTED_MEMBERS = 32;

/** Where the members of one object stand. Nothing below them is kept. */
export class BodyScan implements MemberSink {
  readonly bytes: Buffer;
  readonly members: { name: string; nameStart: number; valueStart: number; valueEnd: number }[] = [];
  /** Position of the object's closing bracket. */
  closeAt = 0;
  #byName: Map<string, Member> | null = null;
  /** Prefix of `param` for the members of a nested object, such as `stream_options.`; null takes repeated names. */
  readonly #path: string | null;
  /** The names are the caller's own, so letters of another case make another name. */
  readonly #freeNames: boolean;

  constructor(bytes: Buffer, path: string | null, freeNames = false) {
    this.#freeNames = freeNames;
    this.bytes = bytes;
    this.#path = path;
  }

  member(name: string): Member | undefined {
    if (this.#byName !== null) return this.#byName.get(name);
    const { members } = this;
    // The last of a name counts where repeated names are taken, as in every JSON parser.
    for (let index = members.length - 1; index >= 0; index--) {
      if (members[index]!.name === name) return members[index];
    }
    return undefined;
  }

  type(member: Member): JsonType {
    const code = this.bytes[member.valueStart]!;
    return typeOfFirstByte.get(code) ?? 'number';
  }

  /** The value of a member that is known to be small. */
  parse({ valueStart, valueEnd }: Member): unknown {
    const { bytes } = this;
    switch (bytes[valueStart]) {
      case byte.quote:
        if (isPlain(bytes, valueStart + 1, valueEnd - 1)) return bytes.toString('latin1', valueStart + 1, valueEnd - 1);
        break;
      case 0x74:
        return true;
      case 0x66:
        return false;
      case 0x6e:
        return null;
    }
    return JSON.parse(bytes.toString('utf8', valueStart, valueEnd));
  }

  open(nameStart: number, nameEnd: number, valueStart: number): void {
    const name = memberName(this.bytes, nameStart, nameEnd);
    if (this.#path !== null) this.#refuseAmbiguous(name, this.#path);
    if (this.members.length >= MOST_MEMBERS) throw new GatewayError('json_too_complex');
    const member = { name, nameStart, valueStart, valueEnd: valueStart };
    this.members.push(member);
    if (this.#byName !== null) this.#byName.set(name, member);
    else if (this.members.length > LISTED_MEMBERS) this.#byName = new Map(this.members.map(each => [each.name, each]));
  }

  close(valueEnd: number): void {
    const last = this.members.at(-1);
    if (last) last.valueEnd = valueEnd;
  }

  #refuseAmbiguous(name: string, path: string): void {
    if (this.member(name) !== undefined) {
      throw new GatewayError('duplicate_member', { param: path + name, message: 'The body has a member twice.' });
    }
    if (this.#freeNames) return;
    // Decoders that ignore case would read this as the member that we check under its right name.
    const folded = foldedName(name);
    if (folded !== null) {
      throw new GatewayError('duplicate_member', {
        param: path + name,
        message: `A member differs from ${JSON.stringify(folded)} only by case.`,
      });
    }
  }
}

/** Names and identifiers: short and without anything that would have to be decoded. */
const MOST_PLAIN = 256;

function isPlain(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > MOST_PLAIN) return false;
  for (let at = start; at < end; at++) {
    const code = bytes[at]!;
    if (code === byte.backslash || code >= 0x80) return false;
  }
  return true;
}

const typeOfFirstByte: ReadonlyMap<number, JsonType> = new Map([
  [byte.openObject, 'object'],
  [byte.openArray, 'array'],
  [byte.quote, 'string'],
  [0x74, 'boolean'],
  [0x66, 'boolean'],
  [0x6e, 'null'],
]);

const requestLimits: JsonLimits = { depth: limits.jsonDepth, structure: limits.jsonStructure };
/** What providers answer is bounded by its size; a page of log probabilities has more structure than any request. */
const replyLimits: JsonLimits = { depth: 512, structure: Number.POSITIVE_INFINITY };

/**
 * Checks the JSON object a client sent, whole and strictly, and finds its members, in one pass that builds nothing.
 * Throws `invalid_json` (with the position in bytes), `json_too_deep`, `json_too_complex`, `duplicate_member` (a name
 * twice, or one that is a known member in other letters) and `invalid_type` (no object).
 */
export function scanBody(body: Buffer): BodyScan {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) throw invalidJson(body, 0, 'byte order mark');
  if (!isUtf8(body)) throw new GatewayError('invalid_json', { message: 'The body is not valid UTF-8.' });
  return scanObject(body, requestLimits, '');
}

/**
 * The members of an object inside a scanned body. Its own members are held to the same rules as the outer ones, except
 * that `free` names, such as those of `metadata`, may differ from known ones by case.
 */
export function scanNested(scan: BodyScan, member: Member, free = false): BodyScan {
  const bytes = scan.bytes.subarray(member.valueStart, member.valueEnd);
  return scanObject(bytes, requestLimits, `${member.name}.`, free);
}

/**
 * The objects in an array inside a scanned body, by their own members; null for an element that is none. They are held to
 * the rules of the body, and its bytes are known to be sound.
 */
export function* scanElements({ bytes }: BodyScan, array: Member): Generator<BodyScan | null> {
  let at = skipSpace(bytes, array.valueStart + 1);
  for (let index = 0; bytes[at] !== byte.closeArray; index++) {
    const isObject = bytes[at] === byte.openObject;
    const scan = new BodyScan(bytes, `${array.name}[${index}].`);
    const end = new JsonScanner(bytes, requestLimits, scan).value(at);
    scan.closeAt = end - 1;
    yield isObject ? scan : null;
    at = skipSpace(bytes, end);
    if (bytes[at] === byte.comma) at = skipSpace(bytes, at + 1);
  }
}

/**
 * The same for what a provider sent: larger, with repeated members, and not judged by its encoding, since models do
 * emit halves of characters. Throws like `scanBody`; the caller decides what that means.
 */
export const scanReply = (body: Buffer): BodyScan => scanObject(body, replyLimits, null);

function scanObject(bytes: Buffer, jsonLimits: JsonLimits, path: string | null, freeNames = false): BodyScan {
  const start = skipSpace(bytes, 0);
  if (start >= bytes.length) throw invalidJson(bytes, start);
  if (bytes[start] !== byte.openObject) {
    throw new GatewayError('invalid_type', { message: 'The body must be a JSON object.' });
  }
  const scan = new BodyScan(bytes, path, freeNames);
  scan.closeAt = new JsonScanner(bytes, jsonLimits, scan).value(start) - 1;
  const end = skipSpace(bytes, scan.closeAt + 1);
  if (end < bytes.length) throw invalidJson(bytes, end, 'something after the value');
  return scan;
}
