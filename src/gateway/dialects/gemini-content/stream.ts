import { readContentUsage } from '../../../spec/chat/content-usage.ts';
import { GatewayError } from '../../../spec/gateway-error.ts';
import type { Usage } from '../../../spec/usage.ts';
import { skipSpace } from '../../body/json-scalars.ts';
import type { BodyScan } from '../../body/scan-body.ts';
import type { StreamOptions, StreamReader } from '../../ingress/ingress.ts';
import { EventCursor } from '../../sse/event-cursor.ts';
import { SseSplitter } from '../../sse/sse-splitter.ts';
import { estimateOutputTokens } from '../estimate.ts';
import { GeneratedText } from '../generated-text.ts';
import { scanProviderJson } from '../provider-json.ts';
import { CandidateFacts, mayTellFacts } from './candidate-facts.ts';
import { candidatesOf, embeddedFailure, isBlocked, usageOf } from './reply.ts';

const BLANK_LINE = Buffer.from('\n\n');
const EMPTY = Buffer.alloc(0);

/**
 * Reads one stream on the side while its bytes are passed on unchanged. Nothing in it says that it is over: it is
 * complete if its candidates were when the connection closes. What ends them is kept in `endMark` until then, so that
 * the attempt is recorded before it is sent and a stream that fails later never looks like a whole one.
 */
export class ContentStreamReader implements StreamReader {
  finished = false;
  contentSeen = false;
  outputBytes = 0;
  failure: GatewayError | null = null;

  readonly #redact: StreamOptions['redact'];
  readonly #splitter = new SseSplitter();
  readonly #cursor = new EventCursor();
  readonly #generated = new GeneratedText();
  readonly #facts = new CandidateFacts();
  /** Cumulative: the last one counts. */
  #usage: Readonly<Record<string, unknown>> | null = null;
  #blocked = false;
  #held: Buffer[] = [];
  #holding = false;
  /** The connection is closed: what is left over may have been cut. */
  #closing = false;
  #over = false;

  constructor({ redact }: Pick<StreamOptions, 'redact'>) {
    this.#redact = redact;
  }

  get endMark(): Buffer {
    return this.#held.length === 0 ? EMPTY : Buffer.concat(this.#held);
  }

  get usage(): Usage | null {
    return this.#complete ? readContentUsage(this.#usage ?? {}, this.#facts.searches).usage : null;
  }

  get partial(): Usage | null {
    const { usage } = readContentUsage(this.#usage ?? {}, this.#facts.searches);
    return usage === null ? null : { ...usage, reasoning: 0, output: estimateOutputTokens(this.outputBytes) };
  }

  get flags(): string {
    return this.#complete ? readContentUsage(this.#usage ?? {}, 0).flags : '';
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

  /** The connection is closed. */
  end(): void {
    if (this.#over) return;
    this.#closing = true;
    const last = this.#last();
    this.finished = this.#complete && this.failure === null;
    if (this.finished && last !== null) this.#held.unshift(last);
    this.#over = true;
  }

  get #complete(): boolean {
    return this.#facts.complete || this.#blocked;
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
    const out: Buffer[] = [];
    let from = 0;
    cursor.enter(stretch);
    while (cursor.next()) {
      if (!cursor.hasData) continue;
      const said = this.#event();
      if (this.#over) return this.#holding ? joined(out) : joined([...out, stretch.subarray(from, cursor.start)]);
      if (!said || this.#complete === this.#holding) continue;
      if (this.#holding) {
        // A candidate that begins after the others have ended.
        out.push(...this.#held);
        this.#held = [];
      } else {
        out.push(stretch.subarray(from, cursor.start));
        from = cursor.start;
      }
      this.#holding = !this.#holding;
    }
    (this.#holding ? this.#held : out).push(stretch.subarray(from));
    return joined(out);
  }

  /** False for an event that says nothing. */
  #event(): boolean {
    const { bytes, dataStart, dataEnd } = this.#cursor;
    const start = skipSpace(bytes, dataStart);
    // Data of white space alone say nothing.
    if (start >= dataEnd) return false;
    const scan = this.#checked(bytes.subarray(start, dataEnd));
    if (scan === null) return false;
    const failure = embeddedFailure(scan, this.#redact);
    if (failure !== null) {
      this.#fail(failure);
      return false;
    }
    this.#usage = usageOf(scan) ?? this.#usage;
    this.#candidates(scan);
    if (isBlocked(scan)) {
      this.#blocked = true;
      this.contentSeen = true;
    }
    return true;
  }

  #candidates(scan: BodyScan): void {
    const member = candidatesOf(scan);
    if (member === null) return;
    const bytes = scan.bytes.subarray(member.valueStart, member.valueEnd);
    this.#generated.count(bytes, 0, bytes.length);
    this.outputBytes += this.#generated.bytes;
    // The first time to know that there is a candidate.
    if (!this.contentSeen || this.#complete || mayTellFacts(bytes)) this.#tell(bytes);
    this.contentSeen ||= this.#generated.bytes > 0 || this.#complete;
  }

  #tell(bytes: Buffer): void {
    const before = this.#facts.callBytes;
    this.#facts.read(bytes);
    this.outputBytes += this.#facts.callBytes - before;
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

function joined(pieces: readonly Buffer[]): Buffer | null {
  const said = pieces.filter(piece => piece.length > 0);
  return said.length > 1 ? Buffer.concat(said) : (said[0] ?? null);
}
