import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { configurationMigrations, ledgerMigrations, type MigrationFile } from './migration-files.ts';
import { StoreStartError } from './start-error.ts';

/** The book in which one line of migrations notes what it applied. */
export interface MigrationJournal {
  readonly title: string;
  readonly files: readonly MigrationFile[];
  /** Makes the book where there is none. */
  readonly prepare: string;
  /** Name to checksum of everything applied. Throws a StoreStartError for a migration that stopped half-way. */
  applied(client: ClientBase): Promise<ReadonlyMap<string, string>>;
  note(client: ClientBase, file: MigrationFile): Promise<void>;
}

export const journals = (root: string): readonly MigrationJournal[] => [
  configurationJournal(configurationMigrations(root)),
  ledgerJournal(ledgerMigrations(root)),
];

const PrismaRow = z.object({ name: z.string(), checksum: z.string(), finished: z.boolean() });

/** The table and rows are those of Prisma, so its own `migrate deploy` and `migrate status` agree with us. */
const configurationJournal = (files: readonly MigrationFile[]): MigrationJournal => ({
  title: 'prisma/migrations',
  files,
  prepare: `create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`,
  async applied(client) {
    const { rows } = await client.query(
      `select migration_name as name, checksum, finished_at is not null as finished
       from _prisma_migrations where rolled_back_at is null`,
    );
    const known = z.array(PrismaRow).parse(rows);
    const broken = known.find(row => !row.finished);
    if (broken) {
      throw new StoreStartError(
        `Migration ${broken.name} stopped half-way when another tool applied it. ` +
          'Repair the database and resolve it with `prisma migrate resolve`, or restore a backup.',
      );
    }
    return new Map(known.map(row => [row.name, row.checksum]));
  },
  async note(client, file) {
    await client.query(
      `insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       values ($1, $2, clock_timestamp(), $3, now(), 1)`,
      [randomUUID(), file.checksum, file.name],
    );
  },
});

const LedgerRow = z.object({ name: z.string(), checksum: z.string() });

const ledgerJournal = (files: readonly MigrationFile[]): MigrationJournal => ({
  title: 'prisma/ledger',
  files,
  prepare: `create schema if not exists ledger;
    create table if not exists ledger.migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`,
  async applied(client) {
    const { rows } = await client.query('select name, checksum from ledger.migrations');
    return new Map(
      z
        .array(LedgerRow)
        .parse(rows)
        .map(row => [row.name, row.checksum]),
    );
  },
  async note(client, file) {
    await client.query('insert into ledger.migrations (name, checksum) values ($1, $2)', [file.name, file.checksum]);
  },
});
