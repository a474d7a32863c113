import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { StoreStartError } from '../store/start-error.ts';

/** Listens, or throws a StoreStartError that names the setting which would help. */
export async function listen(app: FastifyInstance, host: string, port: number, setting: string): Promise<void> {
  try {
    await app.listen({ host, port, backlog: 1024 });
  } catch (cause) {
    await app.close();
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StoreStartError(`Port ${port} is taken: free it or set ${setting} to another.`);
    if (code === 'EACCES')
      throw new StoreStartError(`Port ${port} may not be used by this user: set ${setting} to another.`);
    if (code === 'EADDRNOTAVAIL')
      throw new StoreStartError(`${host} is not an address of this machine: see ${setting.replace('PORT', 'HOST')}.`);
    throw cause;
  }
}

/** Lets what is asked be answered for so long, then closes every connection. */
export async function closeWithin(app: Pick<FastifyInstance, 'close' | 'server'>, millis: number): Promise<void> {
  const closed = app.close();
  await Promise.race([closed, sleep(millis, undefined, { ref: false })]);
  app.server.closeAllConnections();
  await closed;
}

/** Where this machine reaches what listens there. */
export const urlOf = (host: string, port: number): string =>
  `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
