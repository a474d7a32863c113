import { parentPort, workerData } from 'node:worker_threads';
import { type Attack, attacks } from './attacks.ts';

/**
 * The attacker, in a thread of its own, so that the honest clients' clocks are not its. It ends by itself after
 * `seconds`, whoever forgets it; its sockets go with it.
 */
const { port, seconds, intensity } = workerData as { port: number; seconds: number; intensity: number };

const TICK_MILLIS = 20;
const counts: Record<string, Record<string, number>> = {};
const until = performance.now() + seconds * 1000;

function run(attack: Attack): void {
  const outcomes: Record<string, number> = {};
  counts[attack.name] = outcomes;
  const most = Math.max(1, Math.round(attack.most * intensity));
  const began = performance.now();
  let started = 0;
  let running = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now >= until) return clearInterval(timer);
    const due = Math.ceil(((now - began) / 1000) * attack.perSecond * intensity);
    // What could not begin in time is left out, not made up for.
    for (; started < due; started++) {
      if (running >= most) continue;
      running++;
      void attack.once(port, started).then(heard => {
        running--;
        for (const outcome of heard) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      });
    }
  }, TICK_MILLIS);
}

for (const attack of attacks) run(attack);
setTimeout(() => {
  parentPort!.postMessage(counts);
  process.exit();
}, seconds * 1000);
