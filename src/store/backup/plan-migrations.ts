import { type MigrationFile, migrationsRoot } from '../migration-files.ts';
import { journals, type MigrationJournal } from '../migration-journal.ts';
import type { ArchiveHead } from './archive-format.ts';
import { ArchiveProblem } from './archive-problem.ts';

interface Step {
  readonly journal: MigrationJournal;
  readonly file: MigrationFile;
}

export interface MigrationPlan {
  /** What the archive's database had: applied before its rows are loaded. */
  readonly first: readonly Step[];
  /** What came since: applied to the loaded rows. */
  readonly later: readonly Step[];
}

/**
 * Throws an ArchiveProblem when the archive's database had a migration that this program does not have, or another one
 * under the same name: its tables cannot be made then.
 */
export function planMigrations(head: ArchiveHead, all: readonly MigrationJournal[]): MigrationPlan {
  const steps = all.flatMap(journal => journal.files.map(file => ({ journal, file })));
  const known = new Map(steps.map(({ journal, file }) => [`${journal.title} ${file.name}`, file.checksum]));
  const applied = new Set<string>();
  for (const [title, migrations] of Object.entries(head.migrations)) {
    for (const { name, checksum } of migrations) {
      const here = known.get(`${title} ${name}`);
      if (here === undefined) {
        throw new ArchiveProblem(
          `The backup was made by a newer Tollgate (${head.program}): its database has ${name} of ${title}. Restore it with that version.`,
        );
      }
      if (here !== checksum) {
        throw new ArchiveProblem(`Migration ${name} of ${title} is not the one that the backup's database had.`);
      }
      applied.add(`${title} ${name}`);
    }
  }
  const isApplied = ({ journal, file }: Step) => applied.has(`${journal.title} ${file.name}`);
  return { first: steps.filter(isApplied), later: steps.filter(step => !isApplied(step)) };
}

/** Throws an ArchiveProblem when this program cannot make the tables that the archive's rows are of. */
export function refuseNewer(head: ArchiveHead): void {
  planMigrations(head, journals(migrationsRoot()));
}
