import type { Warn } from '../anthropic/warn.ts';

const LONGEST = 200;

/**
 * Names of documents as the API wants them: letters, digits, single spaces, hyphens, parentheses and square brackets,
 * and each once in a request (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html).
 */
export class DocumentNames {
  readonly #taken = new Set<string>();
  #count = 0;

  nameFor(given: string | undefined, field: string, warn: Warn): string {
    this.#count++;
    // The format says what the ending says.
    const stem = given?.replace(/\.[a-z0-9]{1,5}$/i, '');
    const wanted = fitting(stem ?? '') || `Document ${this.#count}`;
    const name = this.#free(wanted);
    if (stem !== undefined && name !== stem) {
      warn(
        `${field}.file.filename`,
        'approximated',
        'A document is named in letters, digits, spaces and hyphens, once.',
      );
    }
    this.#taken.add(name);
    return name;
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.#taken.has(name); number++) name = `${wanted.slice(0, LONGEST - 8)} (${number})`;
    return name;
  }
}

const fitting = (name: string): string =>
  name
    .replace(/[^a-zA-Z0-9\s\-()[\]]+/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST)
    .trim();
