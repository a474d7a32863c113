import { GatewayError } from '../../../spec/gateway-error.ts';
import { limits } from '../../../spec/limits.ts';
import { type BodyScan, type Member, scanElements, scanNested } from '../../body/scan-body.ts';
import {
  given,
  missing,
  readBoolean,
  readEndUser,
  readInteger,
  readModel,
  wrongType,
  wrongValue,
} from '../request-members.ts';
import { answerOfItem } from './item-id.ts';

/** What the gateway needs to know of a request for a response. Everything else in it is the provider's to judge. */
export interface ResponsesRequestFacts {
  readonly model: string;
  readonly stream: boolean;
  /** End user as the caller names it; empty when it names none. */
  readonly endUser: string;
  /** Bound on output tokens, thoughts included; null without one. */
  readonly maxTokens: number | null;
  /** Its input names items of answers that are kept here. */
  readonly namesItems: boolean;
}

/**
 * Reads the small members and checks them at the border; `input` is looked at, never parsed. Throws GatewayError:
 * `missing_required_parameter`, `invalid_type`, `invalid_value` (also for what needs something that is
 * not kept), `duplicate_member`, `not_built`.
 */
export function readResponsesRequest(scan: BodyScan): ResponsesRequestFacts {
  const model = readModel(scan);
  checkInput(scan);
  refuseState(scan);
  const input = given(scan, 'input');
  return {
    model,
    stream: readBoolean(scan, 'stream'),
    endUser: endUser(scan),
    maxTokens: readInteger(scan, 'max_output_tokens', 0, limits.integer),
    namesItems: input !== null && scan.type(input) === 'array' && readReferences(scan, input),
  };
}

/** A text, or items; a prompt that is kept at the provider may say it all. */
function checkInput(scan: BodyScan): void {
  const member = given(scan, 'input');
  if (member === null) {
    if (given(scan, 'prompt') !== null) return;
    throw missing('input');
  }
  const type = scan.type(member);
  if (type !== 'string' && type !== 'array') throw wrongType('input', 'a string or an array of objects', type);
}

function refuseState(scan: BodyScan): void {
  if (given(scan, 'conversation') !== null) {
    throw wrongValue('conversation', 'no conversation is kept; send its items as "input", or "previous_response_id"');
  }
  if (!readBoolean(scan, 'background')) return;
  throw new GatewayError('not_built', {
    message: "'background' is not built yet: it waits until answers that nobody waits for can be metered.",
    param: 'background',
  });
}

/**
 * An item that names another one, which is kept at a provider: whose it is cannot be known. One without type and role
 * does it as well. Items of answers that are kept here may be named: true where some are.
 */
function readReferences(scan: BodyScan, input: Member): boolean {
  let index = 0;
  let some = false;
  for (const item of scanElements(scan, input)) {
    const path = `input[${index++}]`;
    if (item === null) throw wrongValue(path, 'expected an object');
    const type = given(item, 'type');
    if (type === null && given(item, 'role') === null) throw missing(`${path}.type`);
    const named = type !== null && item.type(type) === 'string' && item.parse(type) === 'item_reference';
    if (!named) continue;
    const id = given(item, 'id');
    const own = id !== null && item.type(id) === 'string' && answerOfItem(item.parse(id)) !== null;
    if (!own) throw wrongValue(path, 'no item is kept that it could name; send the item itself');
    some = true;
  }
  return some;
}

function endUser(scan: BodyScan): string {
  const named = readEndUser(scan, 'user') || readEndUser(scan, 'safety_identifier');
  if (named) return named;
  const metadata = given(scan, 'metadata');
  if (metadata === null || scan.type(metadata) !== 'object') return '';
  return readEndUser(scanNested(scan, metadata, true), 'user_id', 'metadata.user_id');
}
