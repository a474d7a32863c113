import { GatewayError } from '../../../spec/gateway-error.ts';
import { limits } from '../../../spec/limits.ts';
import { byte } from '../../body/json-scalars.ts';
import { type BodyScan, scanNested } from '../../body/scan-body.ts';
import {
  firstElement,
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
 * `missing_required_parameter`, `invalid_type`, `invalid_value`,
 * `duplicate_member`, `not_built`.
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
  if (type === 'string') return;
  if (type !== 'array') throw wrongType('input', 'a string or an array of objects', type);
  const first = firstElement(scan, member);
  if (first !== null && first.code !== byte.openObject) {
    throw wrongType('input[0]', 'an object', scan.type({ ...member, valueStart: first.at }));
  }
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

function endUser(scan: BodyScan): string {
  const named = readEndUser(scan, 'user') || readEndUser(scan, 'safety_identifier');
  if (named) return named;
  const metadata = given(scan, 'metadata');
  if (metadata === null || scan.type(metadata) !== 'object') return '';
  return readEndUser(scanNested(scan, metadata, true), 'user_id', 'metadata.user_id');
}
