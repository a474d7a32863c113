import { contentOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Extra } from '../../../../spec/chat/parts.ts';
import type { Fields, Members } from '../../neutral/members.ts';

/** Members of this dialect alone, as `extra` of their part; undefined where there are none. */
export const ownExtra = (members: Fields | undefined): Extra | undefined =>
  members === undefined || Object.keys(members).length === 0 ? undefined : { [contentOwner]: members };

/** What nobody took of an object, as `extra` of the part that was made of it. */
export function withRest<Of extends object>(part: Of, members: Members): Of {
  const extra = ownExtra(members.rest());
  return extra === undefined ? part : { ...part, extra };
}
