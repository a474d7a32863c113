/** Exits with 0 once every URL of the arguments answers with success, with 1 when one does not within 90 s. */
import { setTimeout as sleep } from 'node:timers/promises';

const deadline = Date.now() + 90_000;

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    // Not listening yet; the deadline decides.
    return false;
  }
}

for (const url of process.argv.slice(2)) {
  while (!(await answers(url))) {
    if (Date.now() > deadline) process.exit(1);
    await sleep(100);
  }
}
process.exit(0);
