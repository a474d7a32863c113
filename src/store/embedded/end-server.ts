import { setTimeout as sleep } from 'node:timers/promises';
import { worksOn } from './find-running.ts';

/** Fast shutdown first; then, for one that hangs, without a checkpoint; at last by force. Durable in every case. */
const steps = [
  { signal: 'SIGINT', patienceMillis: 30_000 },
  { signal: 'SIGQUIT', patienceMillis: 10_000 },
  { signal: 'SIGKILL', patienceMillis: 5_000 },
] as const;
const PAUSE_MILLIS = 20;

/** Comes back when the server of this cluster with this process id is gone. */
export async function endServer(pid: number, cluster: string): Promise<void> {
  for (const { signal, patienceMillis } of steps) {
    if (!signalServer(pid, cluster, signal)) return;
    const deadline = Date.now() + patienceMillis;
    while (worksOn(pid, cluster)) {
      if (Date.now() > deadline) break;
      await sleep(PAUSE_MILLIS);
    }
  }
}

/** False when there is no such server any more. */
export function signalServer(pid: number, cluster: string, signal: NodeJS.Signals): boolean {
  if (!worksOn(pid, cluster)) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
