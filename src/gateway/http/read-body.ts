import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset\s*=\s*"?([\w-]+)"?\s*)?$/i;

/** Refuses, before a byte is read, what could not be read as JSON in UTF-8 or is announced as too large. */
export function checkContent(request: IncomingMessage): void {
  const { headers } = request;
  const type = headers['content-type'];
  if (type !== 'application/json' && type !== undefined) {
    const match = JSON_TYPE.exec(type);
    if (match === null || (match[1] !== undefined && !/^utf-?8$/i.test(match[1]))) {
      throw new GatewayError('unsupported_media_type', { param: 'content-type' });
    }
  }
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') {
    throw new GatewayError('unsupported_media_type', { param: 'content-encoding' });
  }
  if (Number(headers['content-length'] ?? 0) > limits.bodyBytes) throw new GatewayError('request_too_large');
}

/** A body was announced and not read to its end: what is left of it would be taken for the next request. */
export const bodyLeft = (request: IncomingMessage): boolean =>
  !request.complete &&
  (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0);

/** Bytes of request bodies that this process holds; one per process. */
export interface BodyMemory {
  held: number;
}

/**
 * Reads a body of at most 32 MiB. The bytes count against the process until `release` is called, and a process that
 * holds 512 MiB takes no more: 503.
 */
export function readBody(request: IncomingMessage, memory: BodyMemory): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null;
    let rest: Buffer[] | null = null;
    let size = 0;
    const fail = (error: GatewayError) => {
      memory.held -= size;
      size = 0;
      request.removeAllListeners('data').removeAllListeners('end').pause();
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      memory.held += chunk.length;
      if (size > limits.bodyBytes) return fail(new GatewayError('request_too_large'));
      if (memory.held > limits.bodiesInFlightBytes) return fail(new GatewayError('overloaded', { retryAfter: 1 }));
      if (first === null) first = chunk;
      else if (rest === null) rest = [first, chunk];
      else rest.push(chunk);
    });
    request.on('end', () => resolve(rest === null ? (first ?? Buffer.alloc(0)) : Buffer.concat(rest)));
    request.on('error', error => fail(new GatewayError('client_gone', { cause: error })));
    request.on('aborted', () => fail(new GatewayError('client_gone')));
  });
}
