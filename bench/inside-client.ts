import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** What `inside.ts` can be asked. */
export type Question =
  | 'reset-delay'
  | 'delay'
  | 'start-profile'
  | 'stop-profile'
  | 'start-allocations'
  | 'stop-allocations';

/** Asks the gateway's process behind this socket; throws when it is gone. */
export async function askInside(socket: string, question: Question): Promise<unknown> {
  const connection = connect(socket);
  connection.write(`${question}\n`);
  return JSON.parse(await text(connection)) as unknown;
}
