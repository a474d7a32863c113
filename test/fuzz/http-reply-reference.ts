/** What one answer is, read from all of its bytes at once. */
export interface ReadReply {
  /** `cut`: the bytes ended too early. `invalid`: they are no answer. */
  readonly outcome: 'complete' | 'cut' | 'invalid';
  /** 0 before the final head. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
  /** Bytes of a complete answer. */
  readonly bytes: number;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*((?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)[\t ]*$/;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,16})(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const HEAD_BYTES = 16_384;

type Body = Pick<ReadReply, 'outcome' | 'body' | 'bytes'>;
const invalid: Body = { outcome: 'invalid', body: '', bytes: 0 };

/**
 * HTTP/1.1 as slowly and plainly as it can be written: text and regular expressions, no state, the connection closed
 * after the last byte. What the fast parser is held against.
 */
export function readReply(text: string): ReadReply {
  const none = { status: 0, headers: {}, ...invalid };
  let at = 0;
  for (let interim = 0; ; interim++) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end === -1)
      return { ...none, outcome: couldBegin(text.slice(at)) && text.length <= HEAD_BYTES ? 'cut' : 'invalid' };
    const head = readHead(text.slice(at, end));
    at = end + 4;
    if (head === null || at > HEAD_BYTES) return none;
    const { status, headers } = head;
    if (status >= 200) {
      const body = readBody(head, text.slice(at));
      return body === null
        ? none
        : { status, headers, ...body, bytes: body.outcome === 'complete' ? at + body.bytes : 0 };
    }
    if (status === 101 || interim === 16) return none;
    const framing = framingOf(head);
    if (framing === null || framing === 'chunked' || (framing ?? 0) > 0) return none;
  }
}

/** Whether more bytes could still make it a head. */
const couldBegin = (text: string): boolean =>
  'HTTP/1.'.startsWith(text.slice(0, 7)) && !/\0|(?<!\r)\n|\r(?!\n|$)/.test(text);

type Head = Pick<ReadReply, 'status' | 'headers'> & { readonly minor: string };

function readHead(text: string): Head | null {
  const [first, ...lines] = text.split('\r\n') as [string, ...string[]];
  const line = STATUS_LINE.exec(first);
  const fields = lines.map(each => FIELD.exec(each));
  if (line === null || fields.length > 128 || fields.includes(null)) return null;
  const headers: Record<string, string | string[]> = Object.create(null);
  for (const field of fields) {
    const name = field![1]!.toLowerCase();
    const before = headers[name];
    headers[name] = before === undefined ? field![2]! : [before, field![2]!].flat();
  }
  return { status: Number(line[2]), minor: line[1]!, headers };
}

/** Null where it cannot be told, undefined where nothing is said. */
function framingOf({ headers, minor }: Head): 'chunked' | number | null | undefined {
  const { 'transfer-encoding': coding, 'content-length': length } = headers;
  if (coding !== undefined)
    return length === undefined && minor === '1' && /^chunked$/i.test([coding].join()) && typeof coding === 'string'
      ? 'chunked'
      : null;
  if (length === undefined) return undefined;
  return typeof length === 'string' && /^\d{1,16}$/.test(length) && Number.isSafeInteger(Number(length))
    ? Number(length)
    : null;
}

function readBody(head: Head, text: string): Body | null {
  const framing = framingOf(head);
  if (framing === null) return null;
  if (head.status === 204 || head.status === 304) return { outcome: 'complete', body: '', bytes: 0 };
  if (framing === 'chunked') return readChunks(text);
  if (framing === undefined) return { outcome: 'complete', body: text, bytes: text.length };
  const body = text.slice(0, framing);
  return body.length < framing ? { outcome: 'cut', body, bytes: 0 } : { outcome: 'complete', body, bytes: framing };
}

function readChunks(text: string): Body {
  let body = '';
  let at = 0;
  for (;;) {
    const end = text.indexOf('\r\n', at);
    const line = text.slice(at, end === -1 ? text.length : end);
    const size = CHUNK_SIZE.exec(line);
    if (end === -1) return { outcome: couldBeSize(line) ? 'cut' : 'invalid', body, bytes: 0 };
    const bytes = Number.parseInt(size?.[1] ?? '', 16);
    if (size === null || line.length >= 1024 || !Number.isSafeInteger(bytes)) return { ...invalid, body };
    at = end + 2;
    if (bytes === 0) return readTrailers(text, at, body);
    body += text.slice(at, at + bytes);
    at += bytes;
    const close = text.slice(at, at + 2);
    if (!'\r\n'.startsWith(close)) return { ...invalid, body };
    if (close.length < 2) return { outcome: 'cut', body, bytes: 0 };
    at += 2;
  }
}

function couldBeSize(line: string): boolean {
  const begun = line.endsWith('\r') ? line.slice(0, -1) : line;
  const size = CHUNK_SIZE.exec(begun);
  if (line === '') return true;
  return size !== null && line.length <= 1024 && Number.isSafeInteger(Number.parseInt(size[1]!, 16));
}

function readTrailers(text: string, from: number, body: string): Body {
  let at = from;
  for (;;) {
    const end = text.indexOf('\r\n', at);
    const line = text.slice(at, end === -1 ? text.length : end);
    if (end === -1) {
      const begun = /^(|\r|[!#$%&'*+\-.^_`|~0-9A-Za-z]+(:[\t\x20-\x7e\x80-\xff]*\r?)?)$/.test(line);
      return { outcome: begun ? 'cut' : 'invalid', body, bytes: 0 };
    }
    at = end + 2;
    if (line === '') return { outcome: 'complete', body, bytes: at };
    if (!FIELD.test(line)) return { ...invalid, body };
  }
}
