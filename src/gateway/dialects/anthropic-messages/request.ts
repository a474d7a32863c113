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

/** What the gateway needs to know of a request for a message. Everything else in it is the provider's to judge. */
export interface MessagesRequestFacts {
  readonly model: string;
  readonly stream: boolean;
  /** End user as the caller names it; empty when it names none. */
  readonly endUser: string;
  /** Bound on output tokens; null without one. */
  readonly maxTokens: number | null;
}

/**
 * Reads the small members and checks them at the border; `messages` is looked at, never parsed. Throws GatewayError:
 * `missing_required_parameter`, `invalid_type`, `invalid_value`, `duplicate_member`.
 */
export function readMessagesRequest(scan: BodyScan): MessagesRequestFacts {
  const model = readModel(scan);
  checkMessages(scan);
  return {
    model,
    stream: readBoolean(scan, 'stream'),
    endUser: endUser(scan),
    maxTokens: readInteger(scan, 'max_tokens', 0, limits.integer),
  };
}

function checkMessages(scan: BodyScan): void {
  const member = scan.member('messages');
  if (member === undefined) throw missing('messages');
  if (scan.type(member) !== 'array') throw wrongType('messages', 'an array of objects', scan.type(member));
  const first = firstElement(scan, member);
  if (first === null) throw wrongValue('messages', 'expected at least one message');
  if (first.code !== byte.openObject) {
    throw wrongType('messages[0]', 'an object', scan.type({ ...member, valueStart: first.at }));
  }
}

function endUser(scan: BodyScan): string {
  const metadata = given(scan, 'metadata');
  if (metadata === null || scan.type(metadata) !== 'object') return '';
  return readEndUser(scanNested(scan, metadata, true), 'user_id', 'metadata.user_id');
}
