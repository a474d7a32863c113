import { COLON, CR, isText, isToken, LF, SPACE, TAB } from './octets.ts';

export type ReplyHeaders = Record<string, string | string[] | undefined>;

const HEADERS = 128;
const ZERO = 0x30;
const NINE = 0x39;

/** Objects without a prototype (a header may be called `__proto__`) that V8 still treats as ordinary ones. */
const HeaderBag = function HeaderBag() {} as unknown as new () => ReplyHeaders;
HeaderBag.prototype = Object.create(null);

/** Names as providers and proxies write them, so that the usual ones need no new string. */
const lowerCase = new Map(
  [
    'Content-Type Content-Length Transfer-Encoding Connection Keep-Alive Date Server Vary Cache-Control Via Age ETag',
    'Retry-After X-Request-Id Request-Id Set-Cookie Strict-Transport-Security X-Content-Type-Options CF-Ray',
    'CF-Cache-Status Alt-Svc Server-Timing Access-Control-Expose-Headers Access-Control-Allow-Origin Expires',
  ]
    .join(' ')
    .split(' ')
    .flatMap(name => [[name, name.toLowerCase()] as const, [name.toLowerCase(), name.toLowerCase()] as const]),
);

/** One answer's status line and headers, and what they say about its body. Used again for each answer. */
export class ReplyHead {
  status = 0;
  headers: ReplyHeaders = new HeaderBag();
  /** Bytes of the body; -1 where the head does not say. */
  contentLength = -1;
  chunked = false;
  /** The connection may carry another exchange after this one. */
  persistent = false;
  /** How long the server says it keeps the idle connection; -1 where it does not say. */
  keepAliveSeconds = -1;
  /** Why this is no head; empty where it is one. */
  failure = '';

  /** Reads `bytes[from, to)`, which ends with the first empty line. What does not follow HTTP/1.1 is a failure. */
  read(bytes: Buffer, from: number, to: number): void {
    this.status = 0;
    this.headers = new HeaderBag();
    this.contentLength = -1;
    this.chunked = false;
    this.persistent = false;
    this.keepAliveSeconds = -1;
    this.failure = '';
    const text = bytes.toString('latin1', from, to);
    const fields = this.#statusLine(bytes, text, from);
    if (this.failure === '') this.#fields(bytes, text, from, fields);
    if (this.failure === '') this.#framing();
  }

  /** Answers where the first header begins. */
  #statusLine(bytes: Buffer, text: string, from: number): number {
    if (!text.startsWith('HTTP/1.1 ') && !text.startsWith('HTTP/1.0 ')) return this.#fail('no HTTP/1.1 status line');
    this.persistent = text.charCodeAt(7) !== ZERO;
    for (let at = 9; at < 12; at++) {
      const digit = bytes[from + at]!;
      if (digit < ZERO || digit > NINE) return this.#fail('a status that is not three digits');
      this.status = this.status * 10 + digit - ZERO;
    }
    if (this.status < 100) return this.#fail('a status below 100');
    let at = from + 12;
    // Some servers leave out the reason together with the space before it.
    if (bytes[at] === SPACE) while (isText[bytes[at]!] === 1) at++;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return this.#fail('a status line without its end');
    return at + 2;
  }

  #fields(bytes: Buffer, text: string, from: number, at: number): void {
    const { headers } = this;
    for (let count = 0; bytes[at] !== CR; count++) {
      if (count === HEADERS) return void this.#fail('too many headers');
      const nameStart = at;
      while (isToken[bytes[at]!] === 1) at++;
      if (at === nameStart || bytes[at] !== COLON) return void this.#fail('a header with a name that is not one');
      const name = nameOf(text, nameStart - from, at - from);
      at++;
      while (bytes[at] === SPACE || bytes[at] === TAB) at++;
      const valueStart = at;
      while (isText[bytes[at]!] === 1) at++;
      if (bytes[at] !== CR || bytes[at + 1] !== LF) return void this.#fail('a header without its line end');
      let valueEnd = at;
      while (valueEnd > valueStart && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)) valueEnd--;
      add(headers, name, text.slice(valueStart - from, valueEnd - from));
      at += 2;
    }
    // The head ends with its first empty line; anything else was a lone CR.
    if (bytes[at + 1] !== LF) this.#fail('a line that is only a carriage return');
  }

  #framing(): void {
    const { headers } = this;
    const coding = headers['transfer-encoding'];
    const length = headers['content-length'];
    if (coding !== undefined) this.#coding(coding, length);
    else if (length !== undefined) this.#length(length);
    if (headers.connection !== undefined && hasClose(headers.connection)) this.persistent = false;
    const keepAlive = headers['keep-alive'];
    const timeout = keepAlive === undefined ? null : /(?:^|[,;\s])timeout\s*=\s*(\d{1,9})/i.exec(String(keepAlive));
    if (timeout !== null) this.keepAliveSeconds = Number(timeout[1]);
  }

  /** Where both say how long a body is, two readers may differ on where the next answer begins. */
  #coding(coding: string | string[], length: string | string[] | undefined): void {
    if (length !== undefined) this.#fail('both transfer-encoding and content-length');
    else if (typeof coding !== 'string' || coding.toLowerCase() !== 'chunked')
      this.#fail('an unknown transfer-encoding');
    // Nothing but the version has been said about the connection yet.
    else if (!this.persistent) this.#fail('transfer-encoding in an answer of HTTP/1.0');
    else this.chunked = true;
  }

  #length(length: string | string[]): void {
    if (typeof length !== 'string') return void this.#fail('more than one content-length');
    const bytes = /^\d{1,16}$/.test(length) ? Number(length) : Number.NaN;
    if (!Number.isSafeInteger(bytes)) return void this.#fail('a content-length that is not a number');
    this.contentLength = bytes;
  }

  #fail(failure: string): number {
    this.failure = failure;
    return 0;
  }
}

function nameOf(text: string, start: number, end: number): string {
  const name = text.slice(start, end);
  return lowerCase.get(name) ?? name.toLowerCase();
}

function add(headers: ReplyHeaders, name: string, value: string): void {
  const before = headers[name];
  if (before === undefined) headers[name] = value;
  else if (typeof before === 'string') headers[name] = [before, value];
  else before.push(value);
}

const hasClose = (connection: string | string[]): boolean =>
  connection !== 'keep-alive' && /(?:^|[\s,])close(?:$|[\s,])/i.test(String(connection));
