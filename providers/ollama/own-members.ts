import { membersOf, UNKNOWN } from '../own-members.ts';

/** The dialect's name in `extra`. */
export const DIALECT = 'ollama';
export const { ownMembers, warnForeign } = membersOf(DIALECT);
export { UNKNOWN };
