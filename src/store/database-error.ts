import { GatewayError } from '../spec/gateway-error.ts';

/** Codes of `pg`, the operating system, PostgreSQL (class 08, shutdown, start, too many clients) and Prisma. */
const away =
  /^(E(CONNREFUSED|CONNRESET|PIPE|NOENT|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|ACCES|MFILE)|08\w{3}|57P0[123]|53300|P1001|P1002|P1008|P1011|P1017|P2024|P2028|P2037)$/;
const awayKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
]);
/** `pg` gives no code for a connection that ends under a query or cannot be had from the pool, or opened, in time. */
const awayWords =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|not queryable|Cannot use a pool after calling end/;
const DEPTH = 5;

/** Runs a database operation; a database that cannot be reached becomes `database_unavailable`. */
export async function reachable<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw isAway(error) ? new GatewayError('database_unavailable', { detail: messageOf(error), cause: error }) : error;
  }
}

/** True when the error says that the database is away, not that the operation was wrong. */
export function isAway(error: unknown, depth = 0): boolean {
  if (depth > DEPTH || typeof error !== 'object' || error === null) return false;
  if (error instanceof GatewayError) return error.code === 'database_unavailable';
  if ('code' in error && typeof error.code === 'string' && away.test(error.code)) return true;
  if ('originalCode' in error && typeof error.originalCode === 'string' && away.test(error.originalCode)) return true;
  if ('kind' in error && typeof error.kind === 'string' && awayKinds.has(error.kind)) return true;
  if (error instanceof Error && awayWords.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(one => isAway(one, depth + 1))) return true;
  const inner = [
    'cause' in error ? error.cause : undefined,
    'meta' in error ? error.meta : undefined,
    'driverAdapterError' in error ? error.driverAdapterError : undefined,
  ];
  return inner.some(one => isAway(one, depth + 1));
}

/** The last line: Prisma's messages begin with the place in the code. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}
