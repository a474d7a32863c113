import { connect, type Socket } from 'node:net';
import { refused } from '../../security/http-corpus/refused.ts';
import { crlf, head, ordinary, streaming, wrongKey } from '../../security/http-corpus/requests.ts';
import { ENDLESS } from './provider-script.ts';

const MEBIBYTE = 1024 * 1024;
/** More than the 32 MiB that a body may have. */
const OVERSIZED = 33 * MEBIBYTE;
const KEYS_AT_ONCE = 20;

/** One way to be a nuisance, so many times a second and so many at a time. */
export interface Attack {
  readonly name: string;
  readonly perSecond: number;
  readonly most: number;
  /** One attempt; answers what the gateway said to it. `turn` counts the attempts. */
  once(port: number, turn: number): Promise<readonly string[]>;
}

const STATUS = /HTTP\/1\.1 (\d{3}) /g;
const KEPT_BYTES = 64 * 1024;

/** A connection until it ends, at the latest after `seconds`. Answers the statuses that were heard on it. */
function connection(port: number, seconds: number, act: (socket: Socket) => void): Promise<readonly string[]> {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let heard = '';
  let end = 'closed without a word';
  const timer = setTimeout(() => {
    end = 'still open at the end';
    socket.destroy();
  }, seconds * 1000);
  socket.on('data', bytes => {
    if (heard.length < KEPT_BYTES) heard += bytes.toString('latin1');
  });
  // The gateway may close while we still write; that is what it is for.
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    clearTimeout(timer);
    const statuses = [...heard.matchAll(STATUS)].map(match => match[1]!);
    resolve(statuses.length > 0 ? statuses : [end]);
  });
  act(socket);
  return promise;
}

/** Writes a byte a second until the connection is gone. */
function drip(socket: Socket, begin: string): void {
  socket.write(begin);
  const timer = setInterval(() => socket.write('x'), 1000);
  socket.on('close', () => clearInterval(timer));
}

/** Writes the piece again and again, as fast as it is taken. */
function pour(socket: Socket, piece: Buffer, bytes: number): void {
  let left = bytes;
  const more = () => {
    while (left > 0 && socket.writable) {
      left -= piece.length;
      if (!socket.write(piece)) return;
    }
  };
  socket.on('drain', more);
  more();
}

const framed = (bytes: number | string): string => `${crlf(...head(), `Content-Length: ${bytes}`)}\r\n`;
const call = (body: string): string => framed(Buffer.byteLength(body)) + body;
const messages = (json: string): string => call(`{"model":"box/m","messages":[{"role":"user","content":${json}}]}`);

/** Bodies that cost a reader which is not careful: depth, width, names, numbers, text. */
const bodies: readonly string[] = [
  messages('['.repeat(100_000)),
  messages(`${'['.repeat(120)}${'[],'.repeat(200_000)}1${']'.repeat(120)}`),
  messages(`{${'"a":1,'.repeat(100_000)}"b":1}`),
  messages(`[${'{"type":"text","text":""},'.repeat(40_000)}1]`),
  messages(`"${'\\u0000'.repeat(500_000)}"`),
  messages('1'.repeat(1_000_000)),
  call(`{${Array.from({ length: 2_000 }, (_, number) => `"m${number}":1`).join()}}`),
];

export const attacks: readonly Attack[] = [
  {
    name: 'heads that drip',
    perSecond: 10,
    most: 50,
    once: port => connection(port, 30, socket => drip(socket, `${head().join('\r\n')}\r\nX-Any: `)),
  },
  {
    name: 'bodies that drip',
    perSecond: 5,
    most: 50,
    once: port => connection(port, 150, socket => drip(socket, `${framed(100_000)}{"model":"`)),
  },
  {
    name: 'connections that say nothing',
    perSecond: 200,
    most: 1_000,
    once: port => connection(port, 40, () => undefined),
  },
  {
    name: 'smuggling',
    perSecond: 50,
    most: 20,
    once: (port, turn) =>
      connection(port, 20, socket => socket.write(Buffer.from(refused[turn % refused.length]!.bytes, 'latin1'))),
  },
  {
    name: 'wrong keys',
    perSecond: 1000 / KEYS_AT_ONCE,
    most: 100,
    once: (port, turn) => {
      const key = `${wrongKey.slice(0, -6)}${String(turn % 1_000_000).padStart(6, '0')}`;
      const guess = `${crlf(...head(key), 'Content-Length: 0')}\r\n`;
      const last = crlf('GET /v1/models HTTP/1.1', 'Host: gateway', 'Connection: close', `X-Api-Key: ${key}`, '');
      return connection(port, 20, socket => socket.write(guess.repeat(KEYS_AT_ONCE - 1) + last));
    },
  },
  {
    name: 'bodies of 33 MiB',
    perSecond: 1,
    most: 2,
    once: (port, turn) =>
      connection(port, 30, socket => {
        const piece = Buffer.alloc(64 * 1024, 'x');
        if (turn % 2 === 0) {
          socket.write(framed(OVERSIZED));
          return pour(socket, piece, OVERSIZED);
        }
        socket.write(`${crlf(...head(), 'Transfer-Encoding: chunked')}\r\n`);
        pour(socket, Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]), OVERSIZED);
      }),
  },
  {
    name: 'deep and wide bodies',
    perSecond: 5,
    most: 4,
    once: (port, turn) =>
      connection(port, 30, socket => {
        socket.once('data', () => socket.end());
        socket.write(bodies[turn % bodies.length]!);
      }),
  },
  {
    name: 'readers that never read',
    perSecond: 2,
    most: 20,
    once: port =>
      connection(port, 100, socket => {
        socket.pause();
        socket.write(streaming(ENDLESS));
        // Who does not read learns of the end only by writing.
        const probe = setInterval(() => socket.write('\r\n'), 1000);
        socket.on('close', () => clearInterval(probe));
      }),
  },
  {
    name: 'half-closed connections',
    perSecond: 20,
    most: 50,
    once: (port, turn) =>
      connection(port, 20, socket => {
        const bytes = turn % 2 === 0 ? ordinary('half') : ordinary('half').slice(0, 100);
        socket.write(bytes, () => socket.end());
      }),
  },
  {
    name: 'aborted streams',
    perSecond: 20,
    most: 50,
    once: port =>
      connection(port, 20, socket => {
        socket.write(streaming('one two three four five six seven eight'));
        socket.once('data', () => socket.resetAndDestroy());
      }),
  },
];
