import type { Pool } from 'pg';
import { GatewayError } from '../spec/gateway-error.ts';

const PATIENCE_MILLIS = 2_000;

/** Throws `database_unavailable` when the database does not answer within two seconds. */
export async function ping(pool: Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const detail = `no answer to a ping in ${PATIENCE_MILLIS} ms`;
    timer = setTimeout(() => reject(new GatewayError('database_unavailable', { detail })), PATIENCE_MILLIS);
  });
  try {
    await Promise.race([pool.query('select 1'), late]);
  } finally {
    clearTimeout(timer);
  }
}
