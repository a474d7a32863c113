import type { ConfigurationClient, ConfigurationTransaction } from './client.ts';

export const changeChannel = 'tollgate_configuration';

/** Any number that nothing else in the database uses: whoever holds it changes the configuration. */
const LOCK = 7_021_551_845_614n;
const LIMIT_MILLIS = 120_000;

export interface Change<T> {
  readonly result: T;
  /** False leaves the version as it is. */
  readonly changed: boolean;
}

/**
 * The only way to change the configuration: one transaction at a time over all nodes, which raises the version and
 * tells every node in the same commit. The notice carries the version and nothing else.
 */
export async function changeConfiguration<T>(
  client: ConfigurationClient,
  work: (transaction: ConfigurationTransaction) => Promise<Change<T>>,
): Promise<T> {
  return await client.$transaction(
    async transaction => {
      await transaction.$executeRaw`select pg_advisory_xact_lock(${LOCK})`;
      const { result, changed } = await work(transaction);
      if (changed) await announce(transaction);
      return result;
    },
    { maxWait: LIMIT_MILLIS, timeout: LIMIT_MILLIS },
  );
}

async function announce(transaction: ConfigurationTransaction): Promise<void> {
  const { version } = await transaction.configurationVersion.update({
    where: { id: 1 },
    data: { version: { increment: 1 } },
  });
  await transaction.$executeRaw`select pg_notify(${changeChannel}, ${String(version)})`;
}
