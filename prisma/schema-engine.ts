import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { MigrationList, SchemaEngine, SchemaFilter } from '@prisma/schema-engine-wasm';
import { PrismaPGlite } from 'pglite-prisma-adapter';

export const migrationsFolder = path.join(import.meta.dirname, 'migrations');
const lockFile = path.join(migrationsFolder, 'migration_lock.toml');
const schemaFile = path.join(import.meta.dirname, 'schema.prisma');
const filters: SchemaFilter = { externalTables: [], externalEnums: [] };

type EngineModule = typeof import('@prisma/schema-engine-wasm');
interface EngineParts extends EngineModule {
  __wbg_set_wasm(exports: Readonly<Record<string, unknown>>): void;
}

/** The part of the standard that is used here: Node has it, but its types come with those of the browser. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, unknown>> } }>;
};

/**
 * SQL that leads from the migrations to schema.prisma; empty when they agree. The migrations run on an empty in-memory
 * Postgres, so neither a server nor Prisma's own engine download is needed.
 */
export async function missingSql(): Promise<string> {
  const schema = { path: schemaFile, content: readFileSync(schemaFile, 'utf8') };
  const shadow = await PGlite.create();
  const engine = await openEngine([[schema.path, schema.content]], new PrismaPGlite(shadow));
  try {
    await engine.applyMigrations({ migrationsList: migrations(), filters });
    const { stdout, exitCode } = await engine.diff({
      from: { tag: 'schemaDatasource', files: [schema], configDir: import.meta.dirname },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters,
    });
    return exitCode === 0 ? '' : (stdout ?? '');
  } finally {
    engine.free();
    await shadow.close();
  }
}

/** Node cannot import this package's .wasm by itself, so what its entry file does is done by hand. */
async function openEngine(datamodels: [string, string][], adapter: PrismaPGlite): Promise<SchemaEngine> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const parts: EngineParts = await import(entry);
  const wasm = await WebAssembly.instantiate(readFileSync(entry.replace(/\.js$/, '.wasm')), {
    './schema_engine_bg.js': parts,
  });
  parts.__wbg_set_wasm(wasm.instance.exports);
  const start = wasm.instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
  // The adapter's own dependency: it must be the version that the adapter was written against.
  const adapterRequire = createRequire(require.resolve('pglite-prisma-adapter'));
  const utils: { bindMigrationAwareSqlAdapterFactory(factory: PrismaPGlite): object } =
    adapterRequire('@prisma/driver-adapter-utils');
  return parts.SchemaEngine.new({ datamodels }, () => {}, utils.bindMigrationAwareSqlAdapterFactory(adapter));
}

function migrations(): MigrationList {
  const names = readdirSync(migrationsFolder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort();
  return {
    baseDir: migrationsFolder,
    lockfile: { path: 'migration_lock.toml', content: readFileSync(lockFile, 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: names.map(name => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(path.join(migrationsFolder, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}
