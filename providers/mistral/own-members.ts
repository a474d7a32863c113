import { membersOf, UNKNOWN } from '../own-members.ts';

/** The dialect's name in `extra` and in proofs of thought. */
export const DIALECT = 'mistral';
export const { ownMembers, warnForeign } = membersOf(DIALECT);
export { UNKNOWN };
