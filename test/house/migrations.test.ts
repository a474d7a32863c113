import { describe, expect, test } from 'vitest';
import { configurationMigrations, ledgerMigrations, migrationsRoot } from '../../src/store/migration-files.ts';

const files = [...configurationMigrations(migrationsRoot()), ...ledgerMigrations(migrationsRoot())];

/** What loses data, or what programs of before it still use. */
const destructive =
  /^\s*(drop\s+(table|schema|type|view|function)|truncate|delete\s+from|update\s|alter\s+table[^;]*\b(drop\s+column|rename|alter\s+column\s+\S+\s+(set\s+data\s+)?type)\b)/i;

const statements = (sql: string) => sql.replace(/--.*$/gm, '').split(';');

describe.each(files.map(file => [file.name, file] as const))('migration %s', (_name, { sql, irreversible }) => {
  test('says why it cannot be undone, when it takes something away', () => {
    const taking = statements(sql).filter(statement => destructive.test(statement));
    if (irreversible === null) expect(taking).toEqual([]);
    else expect(irreversible.length).toBeGreaterThan(20);
  });

  test('spells the mark so that it is seen', () => {
    expect(/irreversible/i.test(sql)).toBe(irreversible !== null);
  });
});
