import { missingSql } from './schema-engine.ts';

// `npm run db:check`: fails when schema.prisma says something that no migration makes.
const sql = await missingSql();
if (sql === '') {
  process.stdout.write('The migrations agree with prisma/schema.prisma.\n');
} else {
  process.stderr.write(`prisma/schema.prisma is ahead of the migrations. Missing:\n${sql}\nRun: npm run db:new NAME\n`);
  process.exitCode = 1;
}
