import type { Config } from '../../config.ts';
import { digestKeyName } from '../../control/secrets/digest-key.ts';
import { seeEmbedded } from '../../store/embedded/see-embedded.ts';
import { type DatabaseFacts, examineDatabase } from '../../store/examine-database.ts';
import { oldestServer } from '../../store/migrate.ts';
import { StoreStartError } from '../../store/start-error.ts';
import { type Finding, note, ok, problem, warning } from './finding.ts';
import { counted, size, some } from './words.ts';

export type Database =
  | { readonly state: 'examined'; readonly facts: DatabaseFacts; readonly embeddedRoot: string | null }
  /** Embedded, and only there while the gateway runs. */
  | { readonly state: 'stopped'; readonly embeddedRoot: string }
  | { readonly state: 'absent' }
  | { readonly state: 'unreachable'; readonly reason: string };

/** Looks at the database of these settings and starts none. */
export async function seeDatabase(config: Config, timeoutMillis: number): Promise<Database> {
  const options = { timeoutMillis, digestKeyName };
  try {
    if (config.DATABASE_URL) {
      return {
        state: 'examined',
        facts: await examineDatabase(config.DATABASE_URL.reveal(), options),
        embeddedRoot: null,
      };
    }
    const seen = seeEmbedded(config.TOLLGATE_DATA_DIR);
    if (seen.state === 'absent') return seen;
    if (seen.state === 'stopped') return { state: 'stopped', embeddedRoot: seen.root };
    return { state: 'examined', facts: await examineDatabase(seen.connection, options), embeddedRoot: seen.root };
  } catch (error) {
    if (error instanceof StoreStartError) return { state: 'unreachable', reason: error.message };
    // A query that took too long, a right that is missing, a file of another user: said in the system's words.
    return { state: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
}

export function checkDatabase(database: Database, config: Config): readonly Finding[] {
  const embedded = config.DATABASE_URL === undefined;
  switch (database.state) {
    case 'absent':
      return [note('database', 'there is no embedded database yet', 'The first start makes it.')];
    case 'stopped':
      return [
        note(
          'database',
          'the embedded database is not running',
          'It runs while the gateway does: start that and run this again.',
        ),
      ];
    case 'unreachable': {
      const advice = embedded
        ? 'Run this as the user of the gateway, or as root; the log of the database lies beside it (postgres.log).'
        : 'Check DATABASE_URL, whether the server runs, and firewalls on the way. Calls go on while the spool has room.';
      return [problem('database', database.reason, advice)];
    }
    case 'examined':
      return [
        server(database.facts),
        ...migrations(database.facts),
        ...partitions(database.facts),
        connections(database.facts),
      ];
  }
}

function server({ version, versionNumber, writable, bytes }: DatabaseFacts): Finding {
  if (versionNumber < oldestServer) {
    const advice = 'Move the data to a PostgreSQL 15 or later and set DATABASE_URL to it.';
    return problem('database', `PostgreSQL ${version} is too old`, advice);
  }
  if (!writable) {
    return problem(
      'database',
      'it takes no writes',
      'Set DATABASE_URL to the primary server, and not to a standby or a read-only role.',
    );
  }
  return ok('database', `PostgreSQL ${version} answers, ${size(bytes)}`);
}

function migrations({ migrations: { pending, problem: reason } }: DatabaseFacts): readonly Finding[] {
  if (reason !== null) {
    return [problem('migrations', reason, 'A start refuses this database. docs/failure-modes.md says more.')];
  }
  if (pending.length === 0) return [ok('migrations', 'all are applied')];
  const advice = 'The next start applies them, or tollgate migrate. Back the database up before.';
  return [warning('migrations', `${counted(pending.length, 'migration')} waiting: ${some(pending)}`, advice)];
}

function partitions({ content }: DatabaseFacts): readonly Finding[] {
  if (content === null) return [];
  const { today, last, canMake } = content.partitions;
  const made = last === null ? 'there are none yet' : `made until ${last}`;
  if (!canMake) {
    const judge = today ? warning : problem;
    const advice =
      'Run the gateway with the role that owns the schema ledger, or grant it execute on ledger.make_partitions.';
    return [judge('partitions', `${made}, and this role may make no more`, advice)];
  }
  return [ok('partitions', `${made}; more are made with the usage of a day that has none`)];
}

function connections({ connections: used, connectionLimit }: DatabaseFacts): Finding {
  const message = `${used} of ${connectionLimit} connections are in use`;
  if (used < connectionLimit * 0.9) return ok('connections', message);
  return warning('connections', message, 'Raise max_connections, or end what holds them: a gateway needs about ten.');
}
