import { statSync } from 'node:fs';
import type { Config } from '../../config.ts';
import { countSetAside } from '../../control/ledger/set-aside.ts';
import { segmentBytes } from '../../gateway/metering/spool/spool-folder.ts';
import { spoolFolder } from './disk.ts';
import { type Finding, note, ok, problem, warning } from './finding.ts';
import type { Gateway } from './gateway.ts';
import { asItsUser, counted, size, span } from './words.ts';

export interface SeenSpool {
  readonly folder: string;
  readonly bytes: number;
  readonly limitBytes: number;
  readonly setAside: number;
  /** What the system says when this user may not look. */
  readonly problem: string | null;
}

export async function seeSpool(config: Config): Promise<SeenSpool> {
  const folder = spoolFolder(config);
  const seen = { folder, bytes: 0, limitBytes: config.TOLLGATE_SPOOL_LIMIT, setAside: 0, problem: null };
  try {
    if (!statSync(folder, { throwIfNoEntry: false })) return seen;
    return { ...seen, bytes: await segmentBytes(folder), setAside: countSetAside(folder) };
  } catch (error) {
    return { ...seen, problem: error instanceof Error ? error.message : String(error) };
  }
}

const [LATE_MILLIS, STUCK_MILLIS] = [60_000, 600_000];

export function checkLedger(spool: SeenSpool, gateway: Gateway): readonly Finding[] {
  return [...lag(spool, gateway), space(spool), ...setAside(spool)];
}

function lag({ bytes }: SeenSpool, gateway: Gateway): readonly Finding[] {
  if (gateway.state === 'running') {
    const { lag_millis: millis, pending_events: events } = gateway.status.ledger;
    if (events === 0) return [ok('ledger', 'all usage is in the ledger')];
    const message = `${counted(events, 'event')} not in the ledger yet, the oldest for ${span(millis)}`;
    const advice = 'Look at the database and at the error lines of the log; the spool keeps them meanwhile.';
    if (millis > STUCK_MILLIS) return [problem('ledger', message, advice)];
    return [millis > LATE_MILLIS ? warning('ledger', message, advice) : ok('ledger', message)];
  }
  if (bytes === 0) return [];
  return [note('ledger', `${size(bytes)} of usage wait in the spool`, 'The next start brings them into the ledger.')];
}

function space({ folder, bytes, limitBytes, problem: reason }: SeenSpool): Finding {
  if (reason !== null) return problem('spool', reason, asItsUser);
  const message = `${size(bytes)} of ${size(limitBytes)} (TOLLGATE_SPOOL_LIMIT) in ${folder}`;
  const advice =
    'Bring the database back, which empties it, or raise TOLLGATE_SPOOL_LIMIT. At the limit calls are refused.';
  if (bytes >= limitBytes) return problem('spool', message, advice);
  return bytes >= limitBytes * 0.8 ? warning('spool', message, advice) : ok('spool', message);
}

function setAside({ folder, setAside: events }: SeenSpool): readonly Finding[] {
  if (events === 0) return [];
  const advice = `Read ${folder}/set-aside.log and report what the database did not take; move the file away afterwards.`;
  return [warning('spool', `${counted(events, 'event')} set aside: not in the ledger, and in no total`, advice)];
}
