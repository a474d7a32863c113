import { laterUsage, readMessagesUsage } from '../../../spec/chat/messages-usage.ts';
import { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import { byte, skipSpace } from '../../body/json-scalars.ts';
import type { BodyScan } from '../../body/scan-body.ts';
import type { StreamOptions, StreamReader } from '../../ingress/ingress.ts';
import { EventCursor } from '../../sse/event-cursor.ts';
import { SseSplitter } from '../../sse/sse-splitter.ts';
import { estimateOutputTokens } from '../estimate.ts';
import { GeneratedText } from '../generated-text.ts';
import { type Fields, isFields } from '../neutral/members.ts';
import { scanProviderJson } from '../provider-json.ts';
import { StreamOutput } from '../stream-output.ts';
import { embeddedFailure } from './reply.ts';

const END_MARK = Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n\n');
const BLANK_LINE = Buffer.from('\n\n');
/** Blocks that open without having said anything. */
const EMPTY_AT_FIRST: ReadonlySet<unknown> = new Set(['text', 'thinking']);

/**
 * Reads one stream of the Messages dialect on the side while its bytes are passed on unchanged. A content event costs
 * one walk over its bytes; usage stands in two events, of which the later one is a total and not an addition. Until
 * there is content every event is checked in full, since the answer can still be replaced.
 *
 * `message_stop` is not passed on by `push` but kept in `endMark`, so that the attempt can be recorded before it is sent.
 */
export class MessagesStreamReader implements StreamReader {
  finished = false;
  endMark: Buffer = END_MARK;
  contentSeen = false;
  outputBytes = 0;
  failure: GatewayError | null = null;

  readonly #redact: StreamOptions['redact'];
  readonly #splitter = new SseSplitter();
  readonly #cursor = new EventCursor();
  readonly #output = new StreamOutput();
  readonly #generated = new GeneratedText();
  #usage: Fields = {};
  /** A reason to stop was given, so the answer is whole. */
  #stopped = false;
  /** The connection is closed: what is left over may have been cut, so it is checked in full. */
  #closing = false;
  #over = false;

  constructor({ redact }: Pick<StreamOptions, 'redact'>) {
    this.#redact = redact;
  }

  /** The count of the beginning is no total: it knows the request and nothing of the answer. */
  get usage(): Usage | null {
    return this.#stopped ? readMessagesUsage(this.#usage).usage : null;
  }

  get partial(): Usage | null {
    const { usage } = readMessagesUsage(this.#usage);
    return usage === null ? null : { ...usage, reasoning: 0, output: estimateOutputTokens(this.outputBytes) };
  }

  get flags(): string {
    return this.#stopped ? readMessagesUsage(this.#usage).flags : '';
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

  /** The connection is closed. An answer that gave its reason to stop is whole, also without its last event. */
  end(): void {
    if (this.#over) return;
    this.#closing = true;
    const last = this.#last();
    if (!this.finished) this.finished = this.#stopped && this.failure === null;
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
      if (this.#over) {
        if (this.finished) this.endMark = Buffer.from(stretch.subarray(cursor.start, cursor.end));
        return this.#output.finish(cursor.start);
      }
    }
    return this.#output.finish(stretch.length);
  }

  #event(): void {
    const { bytes, dataStart, dataEnd, type } = this.#cursor;
    const start = skipSpace(bytes, dataStart);
    // Data of white space alone say nothing.
    if (start >= dataEnd) return;
    const outline = type !== '' && this.contentSeen && !this.#closing;
    const scan = outline && bytes[start] === byte.openObject ? null : this.#checked(bytes.subarray(start, dataEnd));
    if (this.#over) return;
    switch (type === '' ? textOf(scan!, 'type') : type) {
      case 'content_block_delta':
        return this.#delta(start, dataEnd);
      case 'content_block_start':
        return this.#block(bytes.subarray(start, dataEnd), scan);
      case 'message_start':
        return this.#begun(scan ?? this.#checked(bytes.subarray(start, dataEnd)));
      case 'message_delta':
        return this.#ending(scan ?? this.#checked(bytes.subarray(start, dataEnd)));
      case 'message_stop':
        this.finished = true;
        this.#over = true;
        return;
      case 'error':
        return this.#failed(scan ?? this.#checked(bytes.subarray(start, dataEnd)));
    }
  }

  #delta(start: number, end: number): void {
    const { bytes } = this.#cursor;
    this.#generated.count(bytes, start, end);
    this.outputBytes += this.#generated.bytes;
    this.contentSeen = true;
  }

  /** A block that opens with something in it: a call, a result, whole text. */
  #block(data: Buffer, scan: BodyScan | null): void {
    this.#generated.count(data, 0, data.length);
    this.outputBytes += this.#generated.bytes;
    if (this.contentSeen || scan === null) return;
    const block = fieldOf(scan, 'content_block');
    this.contentSeen = this.#generated.bytes > 0 || !EMPTY_AT_FIRST.has(block?.type);
  }

  #begun(scan: BodyScan | null): void {
    if (scan !== null) this.#count(fieldOf(scan, 'message')?.usage);
  }

  #ending(scan: BodyScan | null): void {
    if (scan === null) return;
    this.#count(fieldOf(scan, 'usage'));
    const reason = fieldOf(scan, 'delta')?.stop_reason;
    if (typeof reason !== 'string' || reason === '') return;
    this.#stopped = true;
    this.contentSeen = true;
  }

  #count(usage: unknown): void {
    this.#usage = laterUsage(this.#usage, usage);
  }

  #failed(scan: BodyScan | null): void {
    if (scan !== null) this.#fail(embeddedFailure(scan, this.#redact) ?? new GatewayError('upstream_error'));
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
  const value = member !== undefined && scan.type(member) === 'string' ? scan.parse(member) : '';
  return String(value);
}

/** A member of an event that is an object; undefined where it is none. */
function fieldOf(scan: BodyScan, name: string): Fields | undefined {
  const member = scan.member(name);
  const value = member === undefined ? undefined : scan.parse(member);
  return isFields(value) ? value : undefined;
}
