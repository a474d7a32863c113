import { defineConfig } from 'prisma/config';

// The address is only read by Prisma's own commands that talk to a database; the gateway hands its pool to the client.
const url = process.env.DATABASE_URL;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url ? { datasource: { url } } : {}),
});
