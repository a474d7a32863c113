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

/** What the gateway needs to know of a request for a response. Everything else in it is the provider's to judge. */
export interface ResponsesRequestFacts {
  readonly model: string;
  readonly stream: boolean;
  /** End user as the caller names it; empty when it names none. */
  readonly endUser: string;
  /** Bound on output tokens, thoughts included; null without one. */
  readonly maxTokens: number | null;
}

/**
 * Reads the small members and checks them at the border; `input` is looked at, never parsed. Throws GatewayError:
 * `missing_required_parameter`, `invalid_type`, `invalid_value` (also for what needs an answer that was kept),
 * `duplicate_member`.
 */
export function readResponsesRequest(scan: BodyScan): ResponsesRequestFacts {
  const model = readModel(scan);
  checkInput(scan);
  refuseState(scan);
  return {
    model,
    stream: readBoolean(scan, 'stream'),
    endUser: endUser(scan),
    maxTokens: readInteger(scan, 'max_output_tokens', 0, limits.integer),
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

/** Members that lean on an answer which is kept, and why they cannot be served. */
const kept = {
  previous_response_id: 'no answer is kept that it could go on from; send the items of the conversation as "input"',
  conversation: 'no conversation is kept; send its items as "input"',
} as const;

function refuseState(scan: BodyScan): void {
  const input = given(scan, 'input');
  if (input !== null && scan.type(input) === 'array') refuseReferences(scan, input);
  for (const [name, why] of Object.entries(kept)) if (given(scan, name) !== null) throw wrongValue(name, why);
  if (!readBoolean(scan, 'background')) return;
  // What goes on when nobody listens cannot be metered.
  throw new GatewayError('operation_unsupported', {
    param: 'background',
    message: 'An answer cannot be made in the background.',
  });
}

/** An item that names another one, which is kept at a provider; one without type and role does it as well. */
function refuseReferences(scan: BodyScan, input: Member): void {
  let index = 0;
  for (const item of scanElements(scan, input)) {
    const path = `input[${index++}]`;
    if (item === null) throw wrongValue(path, 'expected an object');
    const type = given(item, 'type');
    if (type === null && given(item, 'role') === null) throw missing(`${path}.type`);
    const named = type !== null && item.type(type) === 'string' && item.parse(type) === 'item_reference';
    if (named) throw wrongValue(path, 'no item is kept that it could name; send the item itself');
  }
}

function endUser(scan: BodyScan): string {
  const named = readEndUser(scan, 'user') || readEndUser(scan, 'safety_identifier');
  if (named) return named;
  const metadata = given(scan, 'metadata');
  if (metadata === null || scan.type(metadata) !== 'object') return '';
  return readEndUser(scanNested(scan, metadata, true), 'user_id', 'metadata.user_id');
}
