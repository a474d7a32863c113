import { limits } from '../../../spec/limits.ts';
import { isModelName } from '../../../spec/names.ts';
import { byte } from '../../body/json-scalars.ts';
import { type BodyScan, type Member, scanNested } from '../../body/scan-body.ts';
import { firstElement, given, missing, wrongType, wrongValue } from '../request-members.ts';

/** What the gateway needs to know of a request for content. Everything else in it is the provider's to judge. */
export interface ContentRequestFacts {
  readonly model: string;
  /** Bound on output tokens; null without one. */
  readonly maxTokens: number | null;
  /** Candidates asked for. */
  readonly choices: number;
}

/** A member under either of its names: clients may write `generation_config` as well. */
const either = (scan: BodyScan, camel: string, snake: string): Member | null =>
  given(scan, camel) ?? given(scan, snake);

/**
 * Reads the small members and checks them at the border; `contents` is looked at, never parsed. Throws GatewayError:
 * `missing_required_parameter`, `invalid_type`, `invalid_value`, `duplicate_member`.
 */
export function readContentRequest(scan: BodyScan, model: string): ContentRequestFacts {
  checkModel(model);
  checkContents(scan);
  const config = either(scan, 'generationConfig', 'generation_config');
  if (config === null) return { model, maxTokens: null, choices: 1 };
  if (scan.type(config) !== 'object') throw wrongType(config.name, 'an object', scan.type(config));
  const inner = scanNested(scan, config, true);
  return {
    model,
    maxTokens: integer(inner, config.name, ['maxOutputTokens', 'max_output_tokens'], 0, limits.integer),
    choices: integer(inner, config.name, ['candidateCount', 'candidate_count'], 1, limits.choices) ?? 1,
  };
}

export function checkModel(model: string): void {
  if (isModelName(model)) return;
  throw wrongValue('model', `expected at most ${limits.modelNameLength} letters, digits and ._:/@+~=-`);
}

/** A list, or its only element. */
function checkContents(scan: BodyScan): void {
  const member = scan.member('contents');
  if (member === undefined) throw missing('contents');
  const type = scan.type(member);
  if (type === 'object') return;
  if (type !== 'array') throw wrongType('contents', 'an array of objects', type);
  const first = firstElement(scan, member);
  if (first === null) throw wrongValue('contents', 'expected at least one content');
  if (first.code !== byte.openObject) {
    throw wrongType('contents[0]', 'an object', scan.type({ ...member, valueStart: first.at }));
  }
}

/** Numbers may be written as texts. */
function integer(
  scan: BodyScan,
  path: string,
  [camel, snake]: readonly [string, string],
  least: number,
  most: number,
): number | null {
  const member = either(scan, camel, snake);
  if (member === null) return null;
  const type = scan.type(member);
  const written = scan.parse(member);
  const digits = type === 'string' && /^\d{1,16}$/.test(String(written));
  if (type !== 'number' && !digits) throw wrongType(`${path}.${member.name}`, 'an integer', type);
  const value = Number(written);
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw wrongValue(`${path}.${member.name}`, `expected an integer from ${least} to ${most}`);
}
