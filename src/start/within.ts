import { GatewayError } from '../spec/gateway-error.ts';

/** Throws `database_unavailable` when the work is not done in time; it goes on unheard. */
export function within<T>(work: Promise<T>, millis: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new GatewayError('database_unavailable', { detail: `not done in ${millis} ms` })),
      millis,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
