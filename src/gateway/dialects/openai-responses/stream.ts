import { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import { byte, skipSpace } from '../../body/json-scalars.ts';
import type { BodyScan } from '../../body/scan-body.ts';
import type { StreamOptions, StreamReader } from '../../ingress/ingress.ts';
import { EventCursor } from '../../sse/event-cursor.ts';
import { SseSplitter } from '../../sse/sse-splitter.ts';
import { scanProviderJson } from '../provider-json.ts';
import { StreamOutput } from '../stream-output.ts';
import { brokenEvents } from './errors.ts';
import { deltaBytes } from './event-text.ts';
import { failed, failureOf, objectIn, usageOf } from './reply.ts';

const BLANK_LINE = Buffer.from('\n\n');
const NOTHING = Buffer.alloc(0);
const DELTA = /\.delta$/;
/** Items that open without having said anything. */
const EMPTY_AT_FIRST: ReadonlySet<unknown> = new Set(['message', 'reasoning']);

/**
 * Reads one stream of the Responses dialect on the side while its bytes are passed on unchanged. A content event costs
 * one walk over its bytes; usage stands in the last event. Until there is content every event is checked in full, since
 * the answer can still be replaced.
 *
 * The last event is not passed on by `push` but kept in `endMark`, so that the attempt can be recorded before it is sent.
 */
export class ResponsesStreamReader implements StreamReader {
  finished = false;
  endMark: Buffer = NOTHING;
  contentSeen = false;
  outputBytes = 0;
  usage: Usage | null = null;
  flags = '';
  failure: GatewayError | null = null;

  readonly #redact: StreamOptions['redact'];
  readonly #splitter = new SseSplitter();
  readonly #cursor = new EventCursor();
  readonly #output = new StreamOutput();
  /** Events so far, which is the number of the next one. */
  #events = 0;
  #id = '';
  /** The connection is closed: what is left over may have been cut, so it is checked in full. */
  #closing = false;
  #over = false;

  constructor({ redact }: Pick<StreamOptions, 'redact'>) {
    this.#redact = redact;
  }

  /** Bytes that may go to the client now, complete events only; null when there are none. Never throws. */
  push(chunk: Buffer): Buffer | null {
    if (this.#over) return null;
    try {
      const stretch = this.#splitter.push(chunk);
      return stretch === null ? null : this.#read(stretch);
    } catch (error) {
      return this.#broken(error);
    }
  }

  brokenEnd(error: GatewayError, requestId: string): Buffer | null {
    const known = { id: this.#id, next: this.#events, response: { output: [] } };
    return this.#id === '' ? null : brokenEvents(error, requestId, known);
  }

  /** The connection is closed. An answer without its last event is cut. */
  end(): void {
    if (this.#over) return;
    this.#closing = true;
    const last = this.#last();
    if (this.finished && last !== null) this.endMark = Buffer.concat([last, this.endMark]);
    this.#over = true;
  }

  /** What is left of the stream: some servers leave out the last blank line. */
  #last(): Buffer | null {
    const rest = this.#splitter.end();
    if (rest === null) return null;
    try {
      return this.#read(Buffer.concat([rest, BLANK_LINE]));
    } catch (error) {
      return this.#broken(error);
    }
  }

  #read(stretch: Buffer): Buffer | null {
    const cursor = this.#cursor;
    cursor.enter(stretch);
    this.#output.begin(stretch);
    while (cursor.next()) {
      if (!cursor.hasData) continue;
      this.#event();
      if (!this.#over) this.#events++;
      else {
        if (this.finished) this.endMark = Buffer.from(stretch.subarray(cursor.start, cursor.end));
        return this.#output.finish(cursor.start);
      }
    }
    return this.#output.finish(stretch.length);
  }

  #event(): void {
    const { bytes, dataStart, dataEnd, type: named } = this.#cursor;
    const start = skipSpace(bytes, dataStart);
    // Data of white space alone say nothing.
    if (start >= dataEnd) return;
    const outline = named !== '' && this.contentSeen && !this.#closing && bytes[start] === byte.openObject;
    const scan = outline ? null : this.#checked(bytes.subarray(start, dataEnd));
    if (this.#over) return;
    const type = named === '' ? textOf(scan!, 'type') : named;
    if (DELTA.test(type)) return this.#delta(bytes, start, dataEnd);
    switch (type) {
      case 'response.created':
        if (scan !== null) this.#id = textIn(scan, 'response', 'id');
        return;
      case 'response.completed':
      case 'response.incomplete':
        return this.#ended(scan ?? this.#checked(bytes.subarray(start, dataEnd)));
      case 'response.failed':
      case 'error':
        return this.#failed(scan ?? this.#checked(bytes.subarray(start, dataEnd)));
      case 'response.output_item.added':
        if (!this.contentSeen) this.contentSeen = !EMPTY_AT_FIRST.has(textIn(scan!, 'item', 'type'));
    }
  }

  #delta(bytes: Buffer, start: number, end: number): void {
    const said = deltaBytes(bytes, start, end);
    this.outputBytes += said;
    if (said > 0) this.contentSeen = true;
  }

  #ended(scan: BodyScan | null): void {
    if (scan === null) return;
    const response = objectIn(scan, 'response');
    if (response === null)
      return this.#fail(new GatewayError('upstream_invalid', { detail: 'an end without a response' }));
    const { usage, flags } = usageOf(response);
    this.usage = usage;
    this.flags = flags;
    this.contentSeen = true;
    this.finished = true;
    this.#over = true;
  }

  #failed(scan: BodyScan | null): void {
    if (scan === null) return;
    const response = objectIn(scan, 'response');
    if (response !== null) this.usage = usageOf(response).usage;
    const said = response === null ? null : failureOf(response, this.#redact);
    this.#fail(said ?? failureOf(scan, this.#redact) ?? this.#plain(scan));
  }

  /** An event of the type `error` says what went wrong in its own members. */
  #plain(scan: BodyScan): GatewayError {
    const [message, code] = ['message', 'code'].map(name => textOf(scan, name));
    return failed({ message, code }, this.#redact);
  }

  /** The members of an event's data; null when they are no JSON, which ends the stream. */
  #checked(data: Buffer): BodyScan | null {
    try {
      return scanProviderJson(data);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      // What is left over when the connection closes is not wrong but cut.
      if (this.#closing) this.#over = true;
      else this.#fail(error);
      return null;
    }
  }

  #broken(error: unknown): null {
    if (!(error instanceof GatewayError)) throw error;
    this.#fail(error);
    return null;
  }

  #fail(error: GatewayError): void {
    this.failure = error;
    this.#over = true;
  }
}

function textOf(scan: BodyScan, name: string): string {
  const member = scan.member(name);
  return member !== undefined && scan.type(member) === 'string' ? String(scan.parse(member)) : '';
}

function textIn(scan: BodyScan, object: string, name: string): string {
  const inner = objectIn(scan, object);
  return inner === null ? '' : textOf(inner, name);
}
