import { crc32 } from 'node:zlib';

/** A header as its type and the bytes behind it; a text by itself is of the usual type. */
export type HeaderValue = string | { readonly type: number; readonly bytes: Buffer };

function header([name, value]: readonly [string, HeaderValue]): Buffer {
  const named = Buffer.from(name);
  if (typeof value !== 'string') {
    return Buffer.concat([Buffer.from([named.length]), named, Buffer.from([value.type]), value.bytes]);
  }
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([named.length]), named, Buffer.from([7]), length, text]);
}

const checksum = (bytes: Buffer): Buffer => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
};

/** A frame whose parts are given as bytes, with checksums that fit. */
export function rawFrame(headers: Buffer, payload: Buffer, length = 16 + headers.length + payload.length): Buffer {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(length, 0);
  lengths.writeUInt32BE(headers.length, 4);
  const head = Buffer.concat([lengths, checksum(lengths), headers, payload]);
  return Buffer.concat([head, checksum(head)]);
}

export const frame = (headers: readonly (readonly [string, HeaderValue])[], payload: string | Buffer): Buffer =>
  rawFrame(Buffer.concat(headers.map(header)), Buffer.from(payload));

export const eventFrame = (type: string, event: unknown): Buffer =>
  frame(
    [
      [':event-type', type],
      [':content-type', 'application/json'],
      [':message-type', 'event'],
    ],
    JSON.stringify(event),
  );

export const exceptionFrame = (type: string, message: string): Buffer =>
  frame(
    [
      [':exception-type', type],
      [':content-type', 'application/json'],
      [':message-type', 'exception'],
    ],
    JSON.stringify({ message }),
  );

export const errorFrame = (code: string, message: string): Buffer =>
  frame(
    [
      [':message-type', 'error'],
      [':error-code', code],
      [':error-message', message],
    ],
    '',
  );
