import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { giveBack, isAllOfItsMemory } from '../body/give-back.ts';
import type { BodyMemory, BodyRead, Exchange } from './exchange.ts';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset\s*=\s*"?([\w-]+)"?\s*)?$/i;
const NOTHING = Buffer.alloc(0);

/** Refuses, before a byte is read, what could not be read as JSON in UTF-8 or is announced as too large. */
export function checkContent(exchange: Exchange): void {
  const type = exchange.header('content-type');
  if (type !== 'application/json' && type !== undefined) {
    const match = JSON_TYPE.exec(type);
    if (match === null || (match[1] !== undefined && !/^utf-?8$/i.test(match[1]))) {
      throw new GatewayError('unsupported_media_type', { param: 'content-type' });
    }
  }
  const coding = exchange.header('content-encoding');
  if (coding !== undefined && coding !== 'identity') {
    throw new GatewayError('unsupported_media_type', { param: 'content-encoding' });
  }
  if (Number(exchange.header('content-length') ?? 0) > limits.bodyBytes) throw new GatewayError('request_too_large');
}

/** A body was announced and not read to its end: what is left of it would be taken for the next request. */
export const bodyLeft = (request: IncomingMessage): boolean =>
  !request.complete &&
  (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0);

/**
 * Collects a body of at most 32 MiB. Its bytes count against the process until whoever took it lets go of them, and a
 * process that holds 512 MiB takes no more: 503.
 */
export class BodyCollector {
  readonly #memory: BodyMemory;
  readonly #then: BodyRead;
  #first: Buffer | null = null;
  #own: Buffer[] = [];
  #rest: Buffer[] | null = null;
  #size = 0;
  #told = false;

  constructor(memory: BodyMemory, then: BodyRead) {
    this.#memory = memory;
    this.#then = then;
  }

  /** `own`: nobody else has a view of its memory. False when the body was refused and nothing more of it is wanted. */
  add(chunk: Buffer, own = false): boolean {
    if (this.#told) return false;
    this.#size += chunk.length;
    this.#memory.held += chunk.length;
    if (this.#size > limits.bodyBytes) return this.fail(new GatewayError('request_too_large'));
    if (this.#memory.held > limits.bodiesInFlightBytes) {
      return this.fail(new GatewayError('overloaded', { retryAfter: 1 }));
    }
    if (this.#first === null) this.#first = chunk;
    else if (this.#rest === null) this.#rest = [this.#first, chunk];
    else this.#rest.push(chunk);
    if (own) this.#own.push(chunk);
    return true;
  }

  end(): void {
    if (this.#told) return;
    this.#told = true;
    if (this.#rest === null) return this.#then(null, this.#first ?? NOTHING, this.#own.length > 0);
    const body = Buffer.concat(this.#rest, this.#size);
    this.#own.forEach(giveBack);
    this.#then(null, body, isAllOfItsMemory(body));
  }

  fail(error: GatewayError): false {
    if (this.#told) return false;
    this.#told = true;
    this.#memory.held -= this.#size;
    this.#first = null;
    this.#rest = null;
    this.#own = [];
    this.#then(error, NOTHING, false);
    return false;
  }
}

/** Reads the body of a request on Node's server. */
export function readBody(request: IncomingMessage, memory: BodyMemory, then: BodyRead): void {
  const collector = new BodyCollector(memory, then);
  request.on('data', (chunk: Buffer) => {
    if (!collector.add(chunk)) request.removeAllListeners('data').removeAllListeners('end').pause();
  });
  request.on('end', () => collector.end());
  request.on('error', error => collector.fail(new GatewayError('client_gone', { cause: error })));
  request.on('aborted', () => collector.fail(new GatewayError('client_gone')));
}
