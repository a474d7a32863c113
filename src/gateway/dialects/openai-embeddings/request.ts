import { limits } from '../../../spec/limits.ts';
import { byte } from '../../body/json-scalars.ts';
import type { BodyScan } from '../../body/scan-body.ts';
import {
  firstElement,
  given,
  missing,
  readEndUser,
  readInteger,
  readModel,
  wrongType,
  wrongValue,
} from '../request-members.ts';

/** What the gateway needs to know of an embeddings request. */
export interface EmbeddingsRequestFacts {
  readonly model: string;
  /** End user as the caller names it; empty when it names none. */
  readonly endUser: string;
}

const formats = ['float', 'base64'];

/**
 * Reads the small members and checks them at the border: `input` is a text, texts, tokens or lists of tokens. Throws
 * GatewayError: `missing_required_parameter`, `invalid_type`, `invalid_value`.
 */
export function readEmbeddingsRequest(scan: BodyScan): EmbeddingsRequestFacts {
  const model = readModel(scan);
  checkInput(scan);
  readInteger(scan, 'dimensions', 1, limits.integer);
  checkFormat(scan);
  return { model, endUser: readEndUser(scan, 'user') };
}

function checkInput(scan: BodyScan): void {
  const member = scan.member('input');
  if (member === undefined) throw missing('input');
  const type = scan.type(member);
  if (type === 'string') {
    if (member.valueEnd - member.valueStart <= 2) throw wrongValue('input', 'expected a text that is not empty');
    return;
  }
  if (type !== 'array') throw wrongType('input', 'a string or an array', type);
  const first = firstElement(scan, member);
  if (first === null) throw wrongValue('input', 'expected at least one element');
  const isToken = first.code >= 0x30 && first.code <= 0x39;
  if (isToken || first.code === byte.quote || first.code === byte.openArray) return;
  throw wrongType('input[0]', 'a string, an integer or an array', scan.type({ ...member, valueStart: first.at }));
}

function checkFormat(scan: BodyScan): void {
  const member = given(scan, 'encoding_format');
  if (member === null) return;
  if (scan.type(member) !== 'string') throw wrongType('encoding_format', 'a string', scan.type(member));
  if (formats.some(format => format === scan.parse(member))) return;
  throw wrongValue('encoding_format', `expected ${formats.map(format => `'${format}'`).join(' or ')}`);
}
