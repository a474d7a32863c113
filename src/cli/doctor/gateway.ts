import type { z } from 'zod';
import { programVersion } from '../../control/health/program-version.ts';
import { statusSchema } from '../../control/health/status-schema.ts';
import { askGateway } from '../admin-client.ts';
import { CommandFailure, exitCodes } from '../command-failure.ts';
import type { Terminal } from '../terminal.ts';
import { type Finding, note, ok, problem, warning } from './finding.ts';
import { asItsUser } from './words.ts';

export type Status = z.infer<typeof statusSchema>;

/** What the admin port says. */
export type Gateway =
  | { readonly state: 'running'; readonly status: Status }
  | { readonly state: 'silent' }
  /** Something answers, but not what we asked. */
  | { readonly state: 'refused'; readonly reason: string };

export async function seeGateway(terminal: Terminal, timeoutMillis: number): Promise<Gateway> {
  try {
    const text = await askGateway(terminal, 'GET', '/admin/v1/status', undefined, timeoutMillis);
    return { state: 'running', status: statusSchema.parse(JSON.parse(text)) };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    if (error.exitCode === exitCodes.notRunning) return { state: 'silent' };
    return { state: 'refused', reason: error.message };
  }
}

const CHECK = 'gateway';

/** `pid`: the process that holds the data folder, if one does. */
export function checkGateway(gateway: Gateway, pid: number | null, url: string): readonly Finding[] {
  if (gateway.state === 'refused') {
    const others =
      'Give the doctor the settings of the gateway: TOLLGATE_ADMIN_PORT, TOLLGATE_ADMIN_KEY or its data folder.';
    return [problem(CHECK, gateway.reason, gateway.reason.includes('(EACCES)') ? asItsUser : others)];
  }
  if (gateway.state === 'silent') {
    if (pid !== null) {
      const advice =
        'It starts or stops at the moment, or listens elsewhere: compare TOLLGATE_ADMIN_HOST and TOLLGATE_ADMIN_PORT.';
      return [warning(CHECK, `process ${pid} holds the data folder, but nothing answers at ${url}`, advice)];
    }
    return [
      note(CHECK, `not running: nothing answers at ${url}`, 'What only a running gateway knows was not checked.'),
    ];
  }
  const { ready, version, problems } = gateway.status;
  if (!ready) {
    return problems.map(text =>
      problem(CHECK, `takes no calls: ${text}`, 'docs/failure-modes.md says what to do about it.'),
    );
  }
  if (version !== programVersion()) {
    const message = `runs as version ${version}, and this is ${programVersion()}`;
    return [warning(CHECK, message, 'Restart it to run the version that is installed.')];
  }
  return [ok(CHECK, `version ${version} takes calls, its admin API answers at ${url}`)];
}
