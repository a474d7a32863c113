import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { limits } from '../../spec/limits.ts';
import { type Finding, note, ok, warning } from './finding.ts';
import { asItsUser } from './words.ts';

/** The process of the gateway, or this one where none runs: a start from this shell would be like it. */
export interface Machine {
  readonly gatewayRuns: boolean;
  /** Null where the system has no users. */
  readonly uid: number | null;
  /** Null when it cannot be seen; infinite when there is no limit. */
  readonly openFiles: number | null;
}

export function seeMachine(pid: number | null): Machine {
  const own = process.getuid?.() ?? null;
  if (pid === null) return { gatewayRuns: false, uid: own, openFiles: ownOpenFiles() };
  try {
    const { uid } = statSync(`/proc/${pid}`);
    return { gatewayRuns: true, uid, openFiles: limitIn(readFileSync(`/proc/${pid}/limits`, 'utf8')) };
  } catch {
    return { gatewayRuns: true, uid: null, openFiles: null }; // another user's process, or a system without /proc
  }
}

const Report = z.object({
  userLimits: z.object({ open_files: z.object({ soft: z.union([z.number(), z.literal('unlimited')]) }) }),
});

function ownOpenFiles(): number | null {
  // Otherwise the report asks the DNS for the names of all connections.
  const report = Report.safeParse(Object.assign(process.report, { excludeNetwork: true }).getReport());
  if (!report.success) return null;
  const { soft } = report.data.userLimits.open_files;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft;
}

function limitIn(text: string): number | null {
  const soft = /^Max open files\s+(\S+)/m.exec(text)?.[1];
  if (soft === undefined) return null;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

export function checkMachine({ gatewayRuns, uid, openFiles }: Machine): readonly Finding[] {
  return [user(gatewayRuns, uid), files(openFiles)];
}

function user(gatewayRuns: boolean, uid: number | null): Finding {
  const who = gatewayRuns ? 'the gateway runs' : 'this shell, and a start from it, runs';
  if (uid === 0)
    return warning('user', `${who} as root`, 'Give the gateway a user of its own: it needs no rights of root.');
  if (uid === null) return note('user', 'cannot be seen', asItsUser);
  return ok('user', `${who} as user ${uid}`);
}

/** A call holds two: the client's connection and the provider's. */
function files(openFiles: number | null): Finding {
  if (openFiles === null) return note('open files', 'cannot be seen', asItsUser);
  if (openFiles >= 2 * limits.connections) return ok('open files', `at most ${openFiles}`);
  const message = `at most ${openFiles}: enough for about ${Math.floor(openFiles / 2)} calls at once of ${limits.connections}`;
  return warning(
    'open files',
    message,
    'Raise the limit: ulimit -n, LimitNOFILE= of the unit, or ulimits of the container.',
  );
}
