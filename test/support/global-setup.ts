import type { TestProject } from 'vitest/node';
import { startDatabaseServer } from './database-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the maintenance database `postgres` on this run's own server; null when the server could not start. */
    databaseUrl: string;
  }
}

/** One PostgreSQL for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TOLLGATE_TEST_DATABASE_URL;
  if (given) {
    project.provide('databaseUrl', given);
    return async () => {};
  }
  const server = await startDatabaseServer();
  process.env.TOLLGATE_TEST_DATABASE_URL = server.url;
  project.provide('databaseUrl', server.url);
  return async () => {
    delete process.env.TOLLGATE_TEST_DATABASE_URL;
    await server.remove();
  };
}
