import { STATUS_CODES } from 'node:http';

/** Up to here a copy into one buffer costs less than the system call with several. */
const COPY_BYTES = 16 * 1024;
const CRLF = Buffer.from('\r\n');
const LAST_CHUNK = '0\r\n\r\n';
const END = Buffer.from(`\r\n${LAST_CHUNK}`);

const lines = new Map<number, string>();

function statusLine(status: number): string {
  let line = lines.get(status);
  if (line === undefined) {
    line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
    lines.set(status, line);
  }
  return line;
}

let second = 0;
let keptLines = '';
let closeLines = '';

/** The date and what becomes of the connection, as Node says it. */
function connectionLines(keepAliveSeconds: number, close: boolean): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    const date = `date: ${new Date(now * 1000).toUTCString()}\r\n`;
    keptLines = `${date}connection: keep-alive\r\nkeep-alive: timeout=${keepAliveSeconds}\r\n`;
    closeLines = `${date}connection: close\r\n`;
  }
  return close ? closeLines : keptLines;
}

export interface AnswerHead {
  readonly status: number;
  /** Header lines, each with its CRLF. */
  readonly lines: string;
  readonly keepAliveSeconds: number;
  readonly close: boolean;
}

const beginning = (head: AnswerHead): string =>
  statusLine(head.status) + head.lines + connectionLines(head.keepAliveSeconds, head.close);

/** A whole answer, as the buffers to write. */
export function wholeAnswer(head: AnswerHead, body: Buffer): Buffer[] {
  const text = `${beginning(head)}content-length: ${body.length}\r\n\r\n`;
  if (body.length > COPY_BYTES) return [Buffer.from(text, 'latin1'), body];
  const bytes = Buffer.allocUnsafe(text.length + body.length);
  bytes.write(text, 0, 'latin1');
  bytes.set(body, text.length);
  return [bytes];
}

/** What comes before the first chunk of a streamed answer. */
export const streamHead = (head: AnswerHead): string => `${beginning(head)}transfer-encoding: chunked\r\n\r\n`;

/** One chunk of a streamed answer behind `before` (its head, or nothing), the last one with the end mark behind it. */
export function chunkOf(before: string, payload: Buffer, last: boolean): Buffer[] {
  const size = payload.length;
  if (size === 0) return [Buffer.from(last ? before + LAST_CHUNK : before, 'latin1')];
  const front = `${before}${size.toString(16)}\r\n`;
  const end = last ? END : CRLF;
  if (size > COPY_BYTES) return [Buffer.from(front, 'latin1'), payload, end];
  const bytes = Buffer.allocUnsafe(front.length + size + end.length);
  bytes.write(front, 0, 'latin1');
  bytes.set(payload, front.length);
  bytes.set(end, front.length + size);
  return [bytes];
}
