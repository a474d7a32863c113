import { type Finding, note, ok, warning } from './finding.ts';
import { counted, day, some } from './words.ts';

export interface SeenKey {
  readonly name: string;
  readonly team: string;
  readonly expiresAt: Date | null;
  readonly revoked: boolean;
}

const CHECK = 'virtual keys';
const SOON_DAYS = 14;

/** Null when nobody could be asked for them. */
export function checkVirtualKeys(keys: readonly SeenKey[] | null, now: Date): readonly Finding[] {
  if (keys === null) return [note(CHECK, 'not checked', 'Run this again when the database can be asked.')];
  const soon = new Date(now.getTime() + SOON_DAYS * 86_400_000);
  const kept = keys.filter(key => !key.revoked);
  const expired = kept.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
  const expiring = kept.filter(({ expiresAt }) => expiresAt !== null && expiresAt > now && expiresAt <= soon);
  const found: Finding[] = [];
  const live = kept.length - expired.length;
  if (live > 0) found.push(ok(CHECK, `${counted(live, 'key')} can call`));
  else found.push(warning(CHECK, 'no key can call', 'Make one: tollgate keys create --name NAME.'));
  if (expiring.length > 0) {
    const message = `${counted(expiring.length, 'key')} will expire within ${SOON_DAYS} days: ${named(expiring)}`;
    found.push(warning(CHECK, message, 'Hand out new ones: tollgate keys create, or a later `expires` in the file.'));
  }
  if (expired.length > 0) {
    const message = `${counted(expired.length, 'key')} expired: ${named(expired)}`;
    found.push(warning(CHECK, message, 'Revoke what nobody needs (tollgate keys revoke), replace the others.'));
  }
  return found;
}

const named = (keys: readonly SeenKey[]) =>
  some(keys.map(({ team, name, expiresAt }) => `${team}/${name} (${expiresAt ? day(expiresAt) : 'never'})`));
