import { connect, type Socket } from 'node:net';

/** One answer as it came over the wire. Names are lower-case; the body is free of its framing. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawExchangeOptions {
  /** Answers after which `last` is sent; without it the other side must close by itself. */
  readonly answers?: number;
  /** A request that asks for the end of the connection, so that everything that is said is heard. */
  readonly last?: string;
  /** Closes our side once all is written. */
  readonly halfClose?: boolean;
  /** Closes our side when nothing has come for so long: for bytes of which nobody knows what they mean. */
  readonly patienceMillis?: number;
}

const BOUND_MILLIS = 10_000;
/** So that each piece is a read of its own at the other side, which lives in this process or on this machine. */
const turn = () => new Promise<void>(resolve => setImmediate(resolve));

/**
 * Sends bytes as they are, in these pieces, and answers all answers until the connection is closed. Nothing depends on
 * silence: whoever does not expect a close says with what to ask for one. Throws when there is no end in ten seconds.
 */
export async function rawExchange(
  port: number,
  pieces: readonly (string | Buffer)[],
  { answers = Number.POSITIVE_INFINITY, last = '', halfClose = false, patienceMillis }: RawExchangeOptions = {},
): Promise<readonly RawAnswer[]> {
  const heard: Buffer[] = [];
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const closed = closing(socket, heard);
  let written = false;
  let asked = false;
  const ask = () => {
    if (!written || asked || !socket.writable || readAnswers(Buffer.concat(heard)).length < answers) return;
    asked = true;
    socket.write(last);
  };
  socket.on('data', chunk => {
    heard.push(chunk);
    ask();
  });
  socket.on('end', () => socket.end());
  for (const piece of pieces) {
    if (!socket.writable || socket.readableEnded) break;
    socket.write(Buffer.from(piece as string, 'latin1'));
    if (pieces.length > 1) await turn();
  }
  written = true;
  ask();
  if (halfClose) socket.end();
  if (patienceMillis !== undefined) socket.setTimeout(patienceMillis, () => socket.end());
  await closed;
  return readAnswers(Buffer.concat(heard));
}

function closing(socket: Socket, heard: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end; so far ${JSON.stringify(Buffer.concat(heard).toString('latin1').slice(0, 500))}`));
    }, BOUND_MILLIS);
    socket.on('error', error => {
      // The other side may close while we still write.
      if (!('code' in error) || (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')) reject(error);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The complete answers in these bytes, in order. Throws where they are no HTTP. */
export function readAnswers(bytes: Buffer): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd < 0) break;
    const [first = '', ...lines] = bytes.toString('latin1', at, headEnd).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) throw new Error(`no status line: ${JSON.stringify(first)}`);
    const headers = Object.fromEntries(lines.map(headerOf));
    const body = readBody(bytes, headEnd + 4, headers);
    if (body === null) break;
    answers.push({ status, headers, body: body.text });
    at = body.end;
  }
  return answers;
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

/** Null while it is not complete. */
function readBody(bytes: Buffer, start: number, headers: Readonly<Record<string, string>>) {
  if (headers['transfer-encoding'] === 'chunked') return readChunks(bytes, start);
  const end = start + Number(headers['content-length'] ?? 0);
  return end > bytes.length ? null : { text: bytes.toString('utf8', start, end), end };
}

function readChunks(bytes: Buffer, start: number): { readonly text: string; readonly end: number } | null {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (next > bytes.length) return null;
    if (size === 0) return { text: Buffer.concat(chunks).toString('utf8'), end: next };
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
