import { GatewayError } from '../../../spec/gateway-error.ts';
import { limits } from '../../../spec/limits.ts';
import type { Usage } from '../../../spec/usage.ts';
import { byte } from '../../body/json-scalars.ts';
import type { BodyScan } from '../../body/scan-body.ts';
import { EventCursor } from '../../sse/event-cursor.ts';
import { SseSplitter } from '../../sse/sse-splitter.ts';
import { scanProviderJson } from '../provider-json.ts';
import { StreamOutput } from '../stream-output.ts';
import { EventFacts } from './event-facts.ts';
import { embeddedFailure } from './provider-failure.ts';
import { asChunk, readUsageEvent, withCost } from './usage-event.ts';

export interface ChatStreamOptions {
  /** The client did not ask for usage: the event that only holds it is not passed on. */
  readonly hideUsage: boolean;
  /** Exact decimal text in USD; null when the price is unknown. */
  readonly costOf: (usage: Usage) => string | null;
  readonly redact: (text: string) => string;
  /** Choices asked for; how many finish reasons make a stream complete that has no end mark. */
  readonly choices?: number;
}

const DONE = Buffer.from('[DONE]');
const END_MARK = Buffer.from('data: [DONE]\n\n');
const BLANK_LINE = Buffer.from('\n\n');

/**
 * Reads one chat stream on the side while its bytes are passed on unchanged, except that the usage event is priced or
 * left out. A content event costs one walk over its bytes. Until there is content every event is checked in full, since
 * the answer can still be replaced; after that only its outline is.
 *
 * The end mark is not passed on by `push` but kept in `endMark`, so that the attempt can be recorded before it is sent.
 */
export class ChatStreamReader {
  finished = false;
  endMark: Buffer = END_MARK;
  /** Generated content or a finish reason has come. */
  contentSeen = false;
  /** Bytes of generated text, for an estimate where usage never came. */
  outputBytes = 0;
  usage: Usage | null = null;
  flags = '';
  /** What ends the stream as an error: the provider's own error, or bytes that cannot be understood. */
  failure: GatewayError | null = null;
  readonly finishReasons: string[] = [];
  /** The provider's id of the answer; empty until it is known. */
  id = '';

  readonly #options: ChatStreamOptions;
  readonly #splitter = new SseSplitter();
  readonly #cursor = new EventCursor();
  readonly #output = new StreamOutput();
  readonly #facts = new EventFacts();
  /** The connection is closed: what is left over may have been cut, so it is checked in full. */
  #closing = false;
  #over = false;
  #stretch: Buffer = BLANK_LINE;

  constructor(options: ChatStreamOptions) {
    this.#options = options;
  }

  /** Bytes that may go to the client now, complete events only; null when there are none. Never throws. */
  push(chunk: Buffer): Buffer | null {
    if (this.#over) return null;
    try {
      const stretch = this.#splitter.push(chunk);
      return stretch === null ? null : this.#read(stretch);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#fail(error);
      return null;
    }
  }

  /** The connection is closed. An answer without end mark is complete when its choices have finished. */
  end(): void {
    if (this.#over) return;
    this.#closing = true;
    const last = this.#last();
    if (!this.#over) this.finished = this.finishReasons.length >= (this.#options.choices ?? 1);
    if (this.finished && last !== null) this.endMark = Buffer.concat([last, this.endMark]);
    this.#over = true;
  }

  /** What is left of the stream: some providers leave out the last blank line. */
  #last(): Buffer | null {
    const rest = this.#splitter.end();
    if (rest === null) return null;
    try {
      return this.#read(Buffer.concat([rest, BLANK_LINE]));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#fail(error);
      return null;
    }
  }

  #read(stretch: Buffer): Buffer | null {
    const cursor = this.#cursor;
    this.#stretch = stretch;
    cursor.enter(stretch);
    this.#output.begin(stretch);
    while (cursor.next()) {
      this.#event();
      if (this.#over) return this.#output.finish(cursor.start);
    }
    return this.#output.finish(stretch.length);
  }

  #event(): void {
    const stretch = this.#stretch;
    const { bytes, dataStart: start, dataEnd: end, hasData } = this.#cursor;
    if (!hasData) return;
    const plain = bytes[start] === byte.openObject && bytes[end - 1] === byte.closeObject;
    if (plain && bytes === stretch) this.#json(bytes, start, end);
    else this.#unusual(bytes.subarray(start, end));
  }

  /** The end mark, data of several lines, white space around them, or something that does not belong here. */
  #unusual(data: Buffer): void {
    const stretch = this.#stretch;
    const { start, end, type } = this.#cursor;
    if (data.equals(DONE)) {
      this.endMark = Buffer.from(stretch.subarray(start, end));
      this.finished = true;
      this.#over = true;
      return;
    }
    const text = data.toString().trim();
    if (text === '') this.#output.replace(start, end, null);
    else if (text.startsWith('{') && text.endsWith('}')) {
      const object = Buffer.from(text);
      this.#json(object, 0, object.length);
    } else if (type === 'error') this.#fail(embeddedFailure(text, this.#options.redact));
    else this.#malformed(new GatewayError('upstream_invalid', { detail: 'an event that is no JSON object' }));
  }

  /** One JSON object from `start` to `end`. */
  #json(bytes: Buffer, start: number, end: number): void {
    if (!this.contentSeen || this.#closing) {
      const scan = this.#checked(bytes.subarray(start, end));
      if (scan === null) return;
      const id = scan.member('id');
      if (this.id === '' && id !== undefined && scan.type(id) === 'string') this.id = String(scan.parse(id));
    }
    const facts = this.#facts;
    facts.read(bytes, start, end);
    if (facts.hasError || this.#cursor.type === 'error') this.#providerFailure(bytes, start, end);
    if (this.#over) return;
    this.outputBytes += facts.contentBytes;
    for (const reason of facts.finishReasons) {
      if (this.finishReasons.length < limits.choices) this.finishReasons.push(reason);
    }
    if (facts.contentBytes > 0 || facts.finishReasons.length > 0) this.contentSeen = true;
    if (facts.hasUsage) this.#usageEvent(bytes.subarray(start, end));
  }

  /** Ends the stream when the event is an error; a member of that name deeper inside is not. */
  #providerFailure(bytes: Buffer, start: number, end: number): void {
    const scan = this.#checked(bytes.subarray(start, end));
    if (scan === null) return;
    const error = scan.member('error');
    if (error !== undefined && scan.type(error) !== 'null') {
      this.#fail(embeddedFailure(scan.parse(error), this.#options.redact));
    } else if (this.#cursor.type === 'error') {
      this.#fail(embeddedFailure(JSON.parse(scan.bytes.toString()), this.#options.redact));
    }
  }

  #usageEvent(data: Buffer): void {
    const scan = this.#checked(data);
    if (scan === null) return;
    const event = readUsageEvent(data);
    if (event === null) return;
    // A placeholder after a count takes nothing back.
    if (event.usage !== null || event.flags !== '') {
      this.usage = event.usage;
      this.flags = event.flags;
    }
    const { start, end } = this.#cursor;
    const chunk = asChunk(data, scan);
    const shown = !this.#options.hideUsage && (event.only || this.finishReasons.length > 0);
    if (this.#options.hideUsage && event.only) this.#output.replace(start, end, null);
    else if (shown) this.#replaceData(withCost(chunk, this.usage === null ? null : this.#options.costOf(this.usage)));
    else if (chunk !== data) this.#replaceData(chunk);
  }

  /** Puts other data into the event; its other lines stay, unless the data stood on several. */
  #replaceData(data: Buffer): void {
    const { start, end, bytes, dataStart, dataEnd } = this.#cursor;
    const stretch = this.#stretch;
    if (bytes === stretch) {
      this.#output.replace(dataStart, dataEnd, data);
      return;
    }
    // A raw line end inside JSON is only white space.
    const line = Buffer.from(`data: ${data.toString().replaceAll(/[\r\n]/g, ' ')}\n\n`);
    this.#output.replace(start, end, line);
  }

  /** The members of an event's data; null when they are no JSON, which ends the stream. */
  #checked(data: Buffer): BodyScan | null {
    try {
      return scanProviderJson(data);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#malformed(error);
      return null;
    }
  }

  /** What is left over when the connection closes is not wrong but cut. */
  #malformed(error: GatewayError): void {
    if (this.#closing) this.#over = true;
    else this.#fail(error);
  }

  #fail(error: GatewayError): void {
    this.failure = error;
    this.#over = true;
  }
}
