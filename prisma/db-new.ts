import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { migrationsFolder, missingSql } from './schema-engine.ts';

// `npm run db:new NAME`: writes the migration that makes the database agree with schema.prisma.
const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9_]*$/.test(name)) {
  process.stderr.write('Usage: npm run db:new NAME (lower case letters, digits, underscores)\n');
  process.exit(2);
}

const sql = await missingSql();
if (sql === '') {
  process.stdout.write('Nothing to do: the migrations agree with prisma/schema.prisma.\n');
  process.exit(0);
}
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const folder = path.join(migrationsFolder, `${stamp}_${name}`);
mkdirSync(folder);
writeFileSync(path.join(folder, 'migration.sql'), sql);
process.stdout.write(`${path.relative(process.cwd(), folder)}\nRead it before you commit it.\n`);
