import { exitCodes } from './command-failure.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** While the work is done, a signal ends the process through its exit, so that what hangs on that is tidied up. */
export async function endingOnSignals<T>(work: () => Promise<T>): Promise<T> {
  for (const signal of signals) process.once(signal, leave);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, leave);
  }
}

const leave = (): never => process.exit(exitCodes.failed);
