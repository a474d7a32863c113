import { createHash } from 'node:crypto';
import { countLines, endOfRows } from './archive-format.ts';
import { cut, damaged } from './archive-problem.ts';

const NEWLINE = 0x0a;
/** No row comes near it; what is no backup must not fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);
const endInside = Buffer.concat([Buffer.from('\n'), endOfRows]);

/** Reads an archive's bytes as lines and as rows between lines, each byte once, and sums what went by. */
export class ArchiveLines {
  readonly #blocks: AsyncIterator<Buffer>;
  readonly #sum = createHash('sha256');
  #block = NOTHING;

  constructor(source: AsyncIterable<Buffer>) {
    this.#blocks = wholeLines(source);
  }

  /** The next line without its end; null when there is none. It does not count into the sum before `keep`. */
  async line(): Promise<Buffer | null> {
    if (!(await this.#fill())) return null;
    const end = this.#block.indexOf(NEWLINE) + 1;
    const line = this.#take(end);
    return line.subarray(0, -1);
  }

  keep(line: Buffer): void {
    this.#sum.update(line).update('\n');
  }

  /** SHA-256 in hex of everything that was kept; after it nothing can be added. */
  sum(): string {
    return this.#sum.digest('hex');
  }

  /** The rows from here to the end of their section, in pieces of whole lines; tells `counted` how many each has. */
  async *rows(counted: (rows: number) => void): AsyncGenerator<Buffer> {
    for (;;) {
      if (!(await this.#fill())) throw cut();
      const end = this.#endOfRows();
      const rows = this.#take(end ?? this.#block.length);
      if (rows.length > 0) {
        this.#sum.update(rows);
        counted(countLines(rows));
        yield rows;
      }
      if (end === null) continue;
      this.#sum.update(this.#take(endOfRows.length));
      return;
    }
  }

  /** Lets go of the source, wherever it stands. */
  async close(): Promise<void> {
    await this.#blocks.return?.();
  }

  /** Where the end of the rows stands in this block of whole lines, if it does. */
  #endOfRows(): number | null {
    if (this.#block.subarray(0, endOfRows.length).equals(endOfRows)) return 0;
    const before = this.#block.indexOf(endInside);
    return before < 0 ? null : before + 1;
  }

  #take(length: number): Buffer {
    const taken = this.#block.subarray(0, length);
    this.#block = this.#block.subarray(length);
    return taken;
  }

  async #fill(): Promise<boolean> {
    while (this.#block.length === 0) {
      const { done, value } = await this.#blocks.next();
      if (done) return false;
      this.#block = value;
    }
    return true;
  }
}

/** The same bytes in blocks that end where a line ends. */
async function* wholeLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield begun.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...begun, chunk.subarray(0, end)]);
      begun = [];
      length = 0;
    }
    if (end === chunk.length) continue;
    begun.push(chunk.subarray(end));
    length += chunk.length - end;
    if (length > LONGEST_LINE) throw damaged('it has a line of more than 16 MiB');
  }
  if (length > 0) throw cut();
}
