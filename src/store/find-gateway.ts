import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from './process-identity.ts';

/**
 * The process id of the gateway that serves a data folder, or null. The lock file outlives a kill -9 and the system
 * gives numbers out again, so the process must also have started when the lock says.
 */
export function findGateway(dataDir: string): number | null {
  const file = join(dataDir, 'gateway.pid');
  if (!existsSync(file)) return null;
  const [id = '', started = ''] = readFileSync(file, 'utf8').split('\n');
  if (!/^[1-9]\d*$/.test(id)) return null;
  const now = startTimeOf(Number(id));
  if (now === null || (started !== '' && now !== '' && now !== started)) return null;
  return Number(id);
}
