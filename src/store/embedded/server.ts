import type { Connection } from '../connection.ts';
import { StoreStartError } from '../start-error.ts';
import { endServer } from './end-server.ts';
import { type FoundServer, worksOn } from './find-running.ts';
import { rotateLog, sizeOf, tailOfLog } from './server-log.ts';
import { type ServerPlan, spawnServer } from './spawn-server.ts';
import { waitReady } from './wait-ready.ts';

export interface Server {
  readonly pid: number;
  /** Resolves with how it ended. */
  readonly exited: Promise<string>;
}

const SILENCE_MILLIS = 60_000;
const ADOPTION_SILENCE_MILLIS = 10_000;
const LOOK_MILLIS = 1_000;

/** Starts a server and comes back when it takes queries. Throws a StoreStartError with what it logged otherwise. */
export async function startServer(
  plan: ServerPlan,
  connection: Connection,
  spawned: (pid: number) => void,
): Promise<Server> {
  rotateLog(plan.log);
  const offset = sizeOf(plan.log);
  const child = spawnServer(plan);
  let ended: string | null = null;
  const exited = new Promise<string>(resolve => {
    const end = (how: string) => {
      ended = how;
      resolve(how);
    };
    child.once('error', error => end(error.message));
    child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${code}`));
  });
  const { pid } = child;
  if (pid !== undefined) {
    spawned(pid);
    child.unref(); // listening servers keep the process alive, the database does not
    if (await waitReady(connection, { alive: () => ended === null, silenceMillis: SILENCE_MILLIS }))
      return { pid, exited };
    if (ended === null) await endServer(pid, plan.cluster);
  }
  const how = await exited;
  throw new StoreStartError(`The embedded database did not start (${how}). ${tailOfLog(plan.log, offset)}`.trimEnd());
}

/** Takes over a server that outlived its gateway. Null when it does not answer; it is then ended. */
export async function adoptServer(found: FoundServer, cluster: string, connection: Connection): Promise<Server | null> {
  const alive = () => worksOn(found.pid, cluster);
  const ready = await waitReady(connection, { alive, silenceMillis: ADOPTION_SILENCE_MILLIS });
  if (!ready) {
    await endServer(found.pid, cluster);
    return null;
  }
  const exited = new Promise<string>(resolve => {
    const look = setInterval(() => {
      if (alive()) return;
      clearInterval(look);
      resolve('ended; it was not started by this process');
    }, LOOK_MILLIS);
    look.unref();
  });
  return { pid: found.pid, exited };
}
