import { connect } from 'node:net';

/** Sends bytes as they are and answers all that comes back until the other side closes or falls silent. */
export function rawHttp(port: number, bytes: string | Buffer, silenceMillis = 400): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(silenceMillis, () => socket.destroy());
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
    });
    socket.on('error', error => ('code' in error && error.code === 'ECONNRESET' ? resolve(text) : reject(error)));
    socket.on('close', () => resolve(text));
  });
}

/** Status codes of the answers in what came back, in order. */
export const statuses = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(match => Number(match[1]));
