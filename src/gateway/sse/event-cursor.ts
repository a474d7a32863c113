import { limits } from '../../spec/limits.ts';
import { NameTable } from '../body/name-table.ts';
import { Finder } from './finder.ts';
import { CR, LF } from './line-ends.ts';
import { tooLong } from './sse-splitter.ts';

const COLON = 0x3a;
const SPACE = 0x20;
/** `data` as one number, to know the usual line by one comparison. */
const DATA = 0x64617461;

const fields = new NameTable(['data', 'event', 'id']);

/**
 * Walks over the complete events of one stretch (`SseSplitter.push`) by the WHATWG rules. The usual event, one `data`
 * line, is found without any allocation; its data are bytes `dataStart` to `dataEnd` of `bytes`.
 */
export class EventCursor {
  /** Range of the event in the stretch, with its comments and its blank line. */
  start = 0;
  end = 0;
  /** Where the data stand: the stretch, or a buffer of their own when several `data` lines were joined. */
  bytes: Buffer = Buffer.alloc(0);
  dataStart = 0;
  dataEnd = 0;
  /** False for what dispatches nothing: comments, lone fields, blank lines. */
  hasData = false;
  /** Value of the `event` field; empty without one. */
  type = '';
  /** The last `id` of the stream; empty without one. */
  id = '';

  #stretch: Buffer = Buffer.alloc(0);
  /** Where lines begin: after the byte order mark in the first stretch. */
  #from = 0;
  #first = true;
  readonly #lf = new Finder(LF);
  readonly #cr = new Finder(CR);
  #dataLines: number[] = [];
  #lastType = '';

  /** Begins with the next stretch of the same stream. */
  enter(stretch: Buffer): void {
    this.#stretch = stretch;
    this.#lf.enter(stretch);
    this.#cr.enter(stretch);
    this.end = 0;
    if (this.#first && stretch[0] === 0xef && stretch[1] === 0xbb && stretch[2] === 0xbf) this.#from = 3;
    else this.#from = 0;
    this.#first = false;
  }

  /** Goes to the next event; false at the end of the stretch. */
  next(): boolean {
    const stretch = this.#stretch;
    this.start = this.end;
    const from = Math.max(this.start, this.#from);
    if (from >= stretch.length) return false;
    this.type = '';
    if (!this.#usual(from)) this.#general(from);
    if (this.end - this.start > limits.sseLineBytes) throw tooLong();
    return true;
  }

  /** One `data` line that ends with LF, then a blank line. */
  #usual(from: number): boolean {
    const stretch = this.#stretch;
    if (stretch[from + 4] !== COLON || stretch.readInt32BE(from) !== DATA) return false;
    const lineEnd = this.#lf.find(from);
    if (stretch[lineEnd + 1] !== LF || this.#cr.find(from) < lineEnd) return false;
    this.bytes = stretch;
    this.dataStart = stretch[from + 5] === SPACE ? from + 6 : from + 5;
    this.dataEnd = lineEnd;
    this.hasData = true;
    this.end = lineEnd + 2;
    return true;
  }

  #general(from: number): void {
    const stretch = this.#stretch;
    this.#dataLines.length = 0;
    let at = from;
    while (at < stretch.length) {
      const lineEnd = Math.min(this.#lf.find(at), this.#cr.find(at));
      const next = stretch[lineEnd] === CR && stretch[lineEnd + 1] === LF ? lineEnd + 2 : lineEnd + 1;
      if (lineEnd === at) {
        at = next;
        break;
      }
      this.#line(at, lineEnd);
      at = next;
    }
    this.end = Math.min(at, stretch.length);
    this.#joinData();
  }

  #line(start: number, end: number): void {
    const stretch = this.#stretch;
    let colon = start;
    while (colon < end && stretch[colon] !== COLON && colon - start < 6) colon++;
    const named = colon === end || stretch[colon] === COLON;
    if (!named || colon === start) return;
    const name = fields.find(stretch, start, colon);
    const value = Math.min(end, stretch[colon + 1] === SPACE ? colon + 2 : colon + 1);
    if (name === 'data') this.#dataLines.push(value, end);
    else if (name === 'event') this.type = this.#typeAt(value, end);
    else if (name === 'id' && !stretch.subarray(value, end).includes(0)) this.id = stretch.toString('utf8', value, end);
  }

  /** Streams name the same type again and again: it is made a string once. */
  #typeAt(start: number, end: number): string {
    const known = this.#lastType;
    let same = known.length === end - start;
    for (let index = 0; same && index < known.length; index++) {
      same = this.#stretch[start + index] === known.charCodeAt(index);
    }
    if (!same) this.#lastType = this.#stretch.toString('utf8', start, end);
    return this.#lastType;
  }

  #joinData(): void {
    const lines = this.#dataLines;
    this.hasData = lines.length > 0;
    this.bytes = this.#stretch;
    this.dataStart = lines[0] ?? this.end;
    this.dataEnd = lines[1] ?? this.end;
    if (lines.length <= 2) return;
    const parts: Buffer[] = [];
    for (let index = 0; index < lines.length; index += 2) {
      if (index > 0) parts.push(NEWLINE);
      parts.push(this.#stretch.subarray(lines[index]!, lines[index + 1]!));
    }
    this.bytes = Buffer.concat(parts);
    this.dataStart = 0;
    this.dataEnd = this.bytes.length;
  }
}

const NEWLINE = Buffer.from('\n');
