import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { ExtraMembers } from './extra-members.ts';
import type { Body } from './wire.ts';

const MOST = 16;
const KEY = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/;
const VALUE = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;

/**
 * Labels of a request in the account's own log of invocations:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. The user is one of them.
 */
export function requestMetadata(
  { user, metadata }: ChatRequest,
  { requestMetadata: own }: ExtraMembers,
  warn: Warn,
): Pick<Body, 'requestMetadata'> {
  const wanted = [
    ...Object.entries(metadata ?? {}).map(([name, value]) => [name, value, `metadata.${name}`] as const),
    ...(user === undefined ? [] : [['user', user, 'user'] as const]),
    ...Object.entries(own).map(([name, value]) => [name, value, `requestMetadata.${name}`] as const),
  ];
  const labels: Record<string, string> = {};
  for (const [name, value, field] of wanted) {
    const room = Object.keys(labels).length < MOST || Object.hasOwn(labels, name);
    if (typeof value === 'string' && KEY.test(name) && VALUE.test(value) && room) labels[name] = value;
    else warn(field, 'dropped', `There are at most ${MOST} labels, of letters, digits and some signs.`);
  }
  return Object.keys(labels).length === 0 ? {} : { requestMetadata: labels };
}
