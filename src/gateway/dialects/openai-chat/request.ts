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

/** What the gateway needs to know of a chat request. Everything else in it is the provider's to judge. */
export interface ChatRequestFacts {
  readonly model: string;
  readonly stream: boolean;
  /** The client asked for usage in its stream. */
  readonly includeUsage: boolean;
  /** End user as the caller names it; empty when it names none. */
  readonly endUser: string;
  /** Bound on output tokens of one choice; null without one. */
  readonly maxTokens: number | null;
  /** Choices asked for. */
  readonly choices: number;
}

/**
 * Reads the small members and checks them at the border; `messages` is looked at, never parsed. Throws GatewayError:
 * `missing_required_parameter`, `invalid_type`, `invalid_value`, `duplicate_member`.
 */
export function readChatRequest(scan: BodyScan): ChatRequestFacts {
  const model = readModel(scan);
  checkMessages(scan);
  const stream = readBoolean(scan, 'stream');
  const bounds = [
    readInteger(scan, 'max_completion_tokens', 0, limits.integer),
    readInteger(scan, 'max_tokens', 0, limits.integer),
  ].filter(bound => bound !== null);
  return {
    model,
    stream,
    includeUsage: readStreamOptions(scan, stream),
    endUser: endUser(scan),
    // Where both are given, the larger one is what may have to be paid.
    maxTokens: bounds.length === 0 ? null : Math.max(...bounds),
    choices: readInteger(scan, 'n', 1, limits.choices) ?? 1,
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

function readStreamOptions(scan: BodyScan, stream: boolean): boolean {
  const member = given(scan, 'stream_options');
  if (member === null) return false;
  if (scan.type(member) !== 'object') throw wrongType('stream_options', 'an object', scan.type(member));
  if (!stream) throw wrongValue('stream_options', "it is only allowed when 'stream' is true");
  return readBoolean(scanNested(scan, member), 'include_usage', 'stream_options.include_usage');
}

function endUser(scan: BodyScan): string {
  const named = readEndUser(scan, 'user') || readEndUser(scan, 'safety_identifier');
  if (named) return named;
  const metadata = given(scan, 'metadata');
  if (metadata === null || scan.type(metadata) !== 'object') return '';
  return readEndUser(scanNested(scan, metadata, true), 'user_id', 'metadata.user_id');
}
