import { createHash } from 'node:crypto';

/**
 * The signatures of one run of a client: which thought each was made for, and how many of them came back with the
 * latest request.
 */
export class Proofs {
  readonly #issued = new Map<string, string>();
  #returned = new Set<string>();

  /** A signature for this content. */
  issue(content: string): string {
    const proof = createHash('sha512').update(`${this.#issued.size}:${content}`).digest('base64').repeat(3);
    this.#issued.set(proof, content);
    return proof;
  }

  /** A new request begins: what it holds is counted anew. */
  begin(): void {
    this.#returned = new Set();
  }

  /** True when this content was signed so. */
  check(proof: string, content: string): boolean {
    if (this.#issued.get(proof) !== content) return false;
    this.#returned.add(proof);
    return true;
  }

  get issued(): number {
    return this.#issued.size;
  }

  get returned(): number {
    return this.#returned.size;
  }
}
