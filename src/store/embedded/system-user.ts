import { readFile } from 'node:fs/promises';
import { StoreStartError } from '../start-error.ts';
import { runCommand } from './run-command.ts';

/** The user PostgreSQL runs as; it refuses to run as root. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'tollgate';

/**
 * Null for an ordinary user: PostgreSQL then runs as that user. As root: the dedicated user `tollgate`, made when it is
 * missing (not `nobody`, whose files other daemons share). Throws a StoreStartError when it cannot be made.
 */
export async function systemUser(): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const known = await find();
  if (known) return known;
  const args = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/bin/false',
    NAME,
  ];
  let cause: unknown;
  try {
    await runCommand('useradd', args);
  } catch (error) {
    cause = error; // another start may have made it at the same moment
  }
  const made = await find();
  if (made) return made;
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  throw new StoreStartError(
    `PostgreSQL does not run as root and the system user "${NAME}" could not be made${reason}. ` +
      `Make it (useradd --system --user-group ${NAME}), run Tollgate as an ordinary user, or set DATABASE_URL.`,
    { cause },
  );
}

async function find(): Promise<SystemUser | null> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const [, , uid, gid] = lines.find(line => line.startsWith(`${NAME}:`))?.split(':') ?? [];
  if (uid === undefined || gid === undefined) return null;
  if (uid === '0') throw new StoreStartError(`The system user "${NAME}" is root. PostgreSQL does not run as root.`);
  return { uid: Number(uid), gid: Number(gid) };
}
