-- Which version of the program applied a migration, so that an older one can name the version to start in its place.
create table ledger.migrated_by (
  migration  text        primary key,
  program    text        not null,
  applied_at timestamptz not null default now()
);
