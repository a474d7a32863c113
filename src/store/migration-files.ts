import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file in hex, as Prisma's own commands compute it. */
  readonly checksum: string;
  /** Why it cannot be undone but from a backup, as its header says in a line `-- irreversible: why`; null when it can. */
  readonly irreversible: string | null;
}

/** The `prisma` folder of this program, wherever its compiled files lie: beside the nearest package.json. */
export function migrationsRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const above = path.dirname(folder);
    if (above === folder) throw new Error(`no package.json above ${import.meta.dirname}`);
    folder = above;
  }
  return path.join(folder, 'prisma');
}

/** `migrations/<14 digits>_<name>/migration.sql`, in order: the tables of schema.prisma. */
export function configurationMigrations(root: string): MigrationFile[] {
  return names(path.join(root, 'migrations'), /^\d{14}_\w+$/).map(name =>
    read(name, path.join(root, 'migrations', name, 'migration.sql')),
  );
}

/** `ledger/<4 digits>_<name>.sql`, in order: the schema `ledger`. */
export function ledgerMigrations(root: string): MigrationFile[] {
  return names(path.join(root, 'ledger'), /^\d{4}_\w+\.sql$/).map(file =>
    read(file.slice(0, -'.sql'.length), path.join(root, 'ledger', file)),
  );
}

const names = (folder: string, form: RegExp): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(name => form.test(name))
        .sort()
    : [];

function read(name: string, file: string): MigrationFile {
  const bytes = readFileSync(file);
  const sql = bytes.toString('utf8');
  const checksum = createHash('sha256').update(bytes).digest('hex');
  return { name, sql, checksum, irreversible: irreversibleBy(sql) };
}

/** From the comment that the file begins with. */
function irreversibleBy(sql: string): string | null {
  const header = /^(?:--.*\n|\s*\n)*/.exec(sql)![0];
  return /^-- irreversible: *(\S.*)$/m.exec(header)?.[1]?.trim() ?? null;
}
