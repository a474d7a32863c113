import type { EmbeddingsRequest } from '../../src/spec/chat/chat-codec.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Warn } from './warn.ts';

/** Token ids are those of another provider's vocabulary. */
export function textOf(entry: string | readonly number[], index: number): string {
  if (typeof entry === 'string') return entry;
  const message = 'This model takes texts, not token ids.';
  throw new GatewayError('operation_unsupported', { status: 400, param: `input[${index}]`, message });
}

/** The caller's own members of this dialect, under the dialect's names. `names`: those that clients give them. */
export function ownMembers<Name extends string>(
  { extra = {}, user }: EmbeddingsRequest,
  names: Readonly<Record<string, Name>>,
  warn: Warn,
): Partial<Record<Name, unknown>> {
  if (user !== undefined) warn('user', 'dropped', 'The caller of the caller is not told.');
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(extra)) {
    if (Object.hasOwn(names, name)) members[names[name]!] = value;
    else warn(name, 'dropped', 'This provider does not know it.');
  }
  return members as Partial<Record<Name, unknown>>;
}
