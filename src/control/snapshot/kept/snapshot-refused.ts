/** A snapshot on disk that is not to be served from. The message says why, in a sentence for the operator. */
export class SnapshotRefused extends Error {
  /** It was written by a later version of this program, so nothing is wrong with it but the program is too old. */
  readonly newer: boolean;

  constructor(message: string, options: ErrorOptions & { readonly newer?: boolean } = {}) {
    super(message, options);
    this.name = 'SnapshotRefused';
    this.newer = options.newer ?? false;
  }
}
